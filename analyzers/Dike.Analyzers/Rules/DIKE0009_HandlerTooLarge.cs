using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A handler that reaches more code than the engine follows is said to be checked only in part.</summary>
internal static class DIKE0009_HandlerTooLarge
{
    public const string Id = "DIKE0009";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "Handler too large to check",
        "'{0}' reaches more than {1} methods; those beyond were not checked for determinism",
        RuleCategory.Determinism,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "The check follows calls only so far, to keep editors fast. What lies beyond the limit is unchecked, not clean.",
        helpLinkUri: RuleCategory.HelpLink(Id));
}
