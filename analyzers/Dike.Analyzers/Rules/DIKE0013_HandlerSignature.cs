using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A handler is called by name with values that travelled: what a wire call cannot express is refused.</summary>
internal static class DIKE0013_HandlerSignature
{
    public const string Id = "DIKE0013";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "Handler signature not supported",
        "Handler '{0}' is not supported: {1}",
        RuleCategory.Shape,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A handler is a plain instance method, called by its wire name with values from the log. Static, generic or by-reference signatures, params, private methods and two handlers with one wire name cannot be called so.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static IEnumerable<Diagnostic> Check(MachineShape machine) =>
        from handler in machine.Handlers
        let fault = Describe(handler)
        where fault is not null
        select Diagnostic.Create(Descriptor, handler.Method.Locations[0], handler.Method.Name, fault);

    private static string? Describe(HandlerShape handler) => handler.Problem switch
    {
        HandlerProblem.CommandAndQuery => "it is marked as command and as query; a query may not change the state, so choose one",
        HandlerProblem.Static => "it is static, so it has no state; make it an instance method",
        HandlerProblem.Generic => "it is generic, and a call on the wire names no types; write one handler per type",
        HandlerProblem.NotAccessible => "generated code must be able to call it; make it public or internal",
        HandlerProblem.NotOrdinary => "it is abstract or no ordinary method; give it a name and a body",
        HandlerProblem.ReturnsByReference => "it returns a reference, and references do not travel; return the value",
        HandlerProblem.QueryWithoutValue => "a query returns its value as a plain T, neither void nor a Reply",
        HandlerProblem.QueryWithContext => "a query is not in the log, so it has no CommandContext; pass what it needs as an argument",
        HandlerProblem.SeveralContexts => "it takes more than one CommandContext; keep one",
        HandlerProblem.ParameterModifier => $"parameter '{handler.Detail}' is ref, out, in or params, and arguments travel as values; take a plain value or a collection",
        HandlerProblem.WireName => $"'{handler.WireName}' is no wire name; use 1 to {WireNames.LongestName} letters, digits, '-', '_' and '.'",
        HandlerProblem.DuplicateWireName => $"another handler has the wire name '{handler.WireName}'; give one of them its own, as in [Command(\"name\")]",
        HandlerProblem.DuplicateClientMethod => "another handler has the same client method; rename one of them",
        _ => null,
    };
}
