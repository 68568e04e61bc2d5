using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>Parameters and results travel, state is written to snapshots: each must be data that can be written and read back without loss.</summary>
internal static class DIKE0012_TypeNotSerializable
{
    public const string Id = "DIKE0012";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "Type cannot be serialized",
        "{0} of '{1}' cannot be serialized: {2}",
        RuleCategory.Shape,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Parameters, results and state members are written as bytes and read back on other machines. Delegates, tasks, streams, services and types that hide their content cannot be. Mark what is no state with [Transient].",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static IEnumerable<Diagnostic> Check(MachineShape machine)
    {
        foreach (StateMember member in machine.State.Where(member => member.Problem is not null))
        {
            ISymbol declared = member.Field.AssociatedSymbol ?? member.Field;
            string where = FaultPath.Of(member.Name, member.Field.Type, inState: true, machine.Types);
            yield return Create(declared, $"State member '{member.Name}'", machine.Type.Name, where, member.Problem!);
        }

        foreach (IEventSymbol subscribers in machine.Type.GetMembers().OfType<IEventSymbol>().Where(HasField))
        {
            yield return Create(subscribers, $"State member '{subscribers.Name}'", machine.Type.Name, subscribers.Name, "an event holds delegates, and they are not data");
        }

        foreach (HandlerShape handler in machine.Handlers)
        {
            if (handler.Problem == HandlerProblem.ResultType && handler.Result is { } result)
            {
                yield return Create(handler.Method, "The result", handler.Method.Name, FaultPath.Of("result", result, inState: false, machine.Types), handler.Detail);
            }
            else if (handler.Problem == HandlerProblem.ParameterType)
            {
                yield return OfParameter(handler, machine);
            }
        }
    }

    private static Diagnostic OfParameter(HandlerShape handler, MachineShape machine)
    {
        IParameterSymbol? parameter = handler.WireParameters.FirstOrDefault(candidate => IsAtFault(candidate.Type, handler, machine));
        return parameter is null
            ? Create(handler.Method, "A parameter", handler.Method.Name, "", handler.Detail)
            : Create(
                parameter,
                $"Parameter '{parameter.Name}'",
                handler.Method.Name,
                FaultPath.Of(parameter.Name, parameter.Type, inState: false, machine.Types),
                handler.Detail);
    }

    private static Diagnostic Create(ISymbol at, string what, string owner, string where, string problem) =>
        Diagnostic.Create(Descriptor, at.Locations[0], what, owner, where.Contains('.') ? $"{where}: {problem}" : problem);

    private static bool IsAtFault(ITypeSymbol type, HandlerShape handler, MachineShape machine) =>
        machine.Types.FindProblem(type, inState: false) == handler.Detail || handler.Detail.StartsWith(type.ToDisplayString(), StringComparison.Ordinal);

    /// <summary>An event without accessors of its own keeps its subscribers in a hidden field.</summary>
    private static bool HasField(IEventSymbol candidate) => !candidate.IsStatic && candidate.AddMethod is { IsImplicitlyDeclared: true };
}
