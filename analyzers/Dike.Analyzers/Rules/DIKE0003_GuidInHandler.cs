using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A handler must not generate GUIDs of its own: each replica would store another one.</summary>
internal static class DIKE0003_GuidInHandler
{
    public const string Id = "DIKE0003";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "GUID generation in a handler",
        "'{0}' makes a GUID, which differs on every replica: {1}; use {2}",
        RuleCategory.Determinism,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A command is applied on every replica and again at replay. context.NewGuid() draws from the log's seed and is equal everywhere; Guid.NewGuid() is not. The reply delegate may use it.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static readonly DeterminismRule Rule = new("guid", Descriptor);
}
