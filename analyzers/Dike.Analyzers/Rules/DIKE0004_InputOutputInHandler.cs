using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A handler must not read or write anything outside its state: every replica would do it, and again at replay.</summary>
internal static class DIKE0004_InputOutputInHandler
{
    public const string Id = "DIKE0004";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "Input or output in a handler",
        "'{0}' reaches outside the state, on every replica and again at replay: {1}; {2}",
        RuleCategory.Determinism,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A command is applied on every replica and again at replay, so console, files, network, databases and processes would be used many times, with results "
            + "that differ. The reply delegate runs once, on the process that holds the caller's request.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static readonly DeterminismRule Rule = new("io", Descriptor);
}
