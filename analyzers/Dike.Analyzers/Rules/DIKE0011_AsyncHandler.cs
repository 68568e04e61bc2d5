using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>A handler may not wait: what it would wait for differs between replicas, and the log stands still meanwhile.</summary>
internal static class DIKE0011_AsyncHandler
{
    public const string Id = "DIKE0011";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "Handler must be synchronous",
        "Handler '{0}' must be synchronous: return a value or Reply, and move what waits into Reply.From or .Then",
        RuleCategory.Shape,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A handler runs to its end at one place in the log, on every replica. It cannot be async or return a task; work that waits belongs into the reply delegate, which runs after the command was applied.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static IEnumerable<Diagnostic> Check(MachineShape machine) =>
        from handler in machine.Handlers
        where handler.Problem == HandlerProblem.Asynchronous
        select Diagnostic.Create(Descriptor, handler.Method.Locations[0], handler.Method.Name);
}
