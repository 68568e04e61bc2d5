using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A handler must not draw random values of its own: each replica would draw others.</summary>
internal static class DIKE0002_RandomnessInHandler
{
    public const string Id = "DIKE0002";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "Randomness in a handler",
        "'{0}' draws random values, which differ on every replica: {1}; use {2}",
        RuleCategory.Determinism,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A command is applied on every replica and again at replay. context.Random is seeded from the log and equal everywhere; the runtime's generators are not. The reply delegate may use them.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static readonly DeterminismRule Rule = new("random", Descriptor);
}
