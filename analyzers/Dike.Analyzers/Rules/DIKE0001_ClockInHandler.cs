using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A handler must not read the host's clocks: each replica would see another time, and a replay another again.</summary>
internal static class DIKE0001_ClockInHandler
{
    public const string Id = "DIKE0001";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "Clock in a handler",
        "'{0}' reads a clock, which differs on every replica: {1}; use {2}",
        RuleCategory.Determinism,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A command is applied on every replica and again at replay. The log time of the command, context.Time, is equal everywhere; the host's clocks are not. The reply delegate may read them.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static readonly DeterminismRule Rule = new("clock", Descriptor);
}
