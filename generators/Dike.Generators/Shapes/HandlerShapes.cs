using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Dike.Generators.Shapes;

/// <summary>Finds the handlers of a machine and checks each. The result is in ordinal order of wire names, whatever the order in the source.</summary>
internal sealed class HandlerShapes(TypeClassifier types)
{
    /// <summary>The signatures of handlers made of these would wait for something, and a handler may not.</summary>
    private static readonly ImmutableHashSet<string> Awaitables = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "System.Threading.Tasks.Task",
        "System.Threading.Tasks.Task`1",
        "System.Threading.Tasks.ValueTask",
        "System.Threading.Tasks.ValueTask`1",
        "System.Collections.Generic.IAsyncEnumerable`1");

    public ImmutableArray<HandlerShape> Find(INamedTypeSymbol machine)
    {
        List<HandlerShape> handlers =
        [
            .. machine.GetMembers().OfType<IMethodSymbol>()
                .Select(Inspect)
                .OfType<HandlerShape>()
                .OrderBy(handler => handler.WireName, StringComparer.Ordinal)
                .ThenBy(handler => handler.Method.ToDisplayString(), StringComparer.Ordinal),
        ];
        MarkDuplicates(handlers, handler => WireNames.TagOf(handler.WireName).ToString("x8", null), HandlerProblem.DuplicateWireName);
        MarkDuplicates(handlers, ClientSignature, HandlerProblem.DuplicateClientMethod);
        return [.. handlers];
    }

    /// <summary>The later one of two handlers with one number is at fault; the first keeps its place so that callers go on compiling.</summary>
    private static void MarkDuplicates(List<HandlerShape> handlers, Func<HandlerShape, string> keyOf, HandlerProblem problem)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < handlers.Count; index++)
        {
            if (!seen.Add(keyOf(handlers[index])) && handlers[index].Problem == HandlerProblem.None)
            {
                handlers[index] = handlers[index] with { Problem = problem, Detail = handlers[index].WireName };
            }
        }
    }

    private static string ClientSignature(HandlerShape handler) =>
        handler.ClientMethod + "(" + string.Join(",", handler.WireParameters.Select(parameter => parameter.Type.ToDisplayString())) + ")";

    private HandlerShape? Inspect(IMethodSymbol method)
    {
        AttributeData? command = SymbolNames.FindAttribute(method, KnownNames.CommandAttribute);
        AttributeData? query = SymbolNames.FindAttribute(method, KnownNames.QueryAttribute);
        if ((command ?? query) is not { } attribute)
        {
            return null;
        }

        string wireName = SymbolNames.WireNameOf(method, attribute);
        (ResultForm form, ITypeSymbol? result) = ResultOf(method);
        var shape = new HandlerShape(method, attribute, command is null, wireName, form, result, HandlerProblem.None, "");
        (HandlerProblem problem, string detail) = command is not null && query is not null ? (HandlerProblem.CommandAndQuery, "") : Check(shape);
        return shape with { Problem = problem, Detail = detail };
    }

    private (HandlerProblem Problem, string Detail) Check(HandlerShape handler)
    {
        IMethodSymbol method = handler.Method;
        HandlerProblem problem = method switch
        {
            { IsStatic: true } => HandlerProblem.Static,
            { IsGenericMethod: true } => HandlerProblem.Generic,
            { MethodKind: not MethodKind.Ordinary } or { IsAbstract: true } or { IsVararg: true } => HandlerProblem.NotOrdinary,
            { DeclaredAccessibility: not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal) } => HandlerProblem.NotAccessible,
            { RefKind: not RefKind.None } => HandlerProblem.ReturnsByReference,
            { IsAsync: true } => HandlerProblem.Asynchronous,
            _ when Awaitables.Contains(SymbolNames.MetadataNameOf(method.ReturnType.OriginalDefinition)) => HandlerProblem.Asynchronous,
            _ when handler.IsQuery && handler.Form != ResultForm.Value => HandlerProblem.QueryWithoutValue,
            _ when handler.IsQuery && method.Parameters.Any(HandlerShape.IsContext) => HandlerProblem.QueryWithContext,
            _ when method.Parameters.Count(HandlerShape.IsContext) > 1 => HandlerProblem.SeveralContexts,
            _ when !WireNames.IsLegal(handler.WireName) => HandlerProblem.WireName,
            _ => HandlerProblem.None,
        };
        return problem == HandlerProblem.None ? CheckTypes(handler) : (problem, handler.WireName);
    }

    private (HandlerProblem Problem, string Detail) CheckTypes(HandlerShape handler)
    {
        foreach (IParameterSymbol parameter in handler.Method.Parameters)
        {
            if (parameter.RefKind != RefKind.None || parameter.IsParams)
            {
                return (HandlerProblem.ParameterModifier, parameter.Name);
            }

            if (!HandlerShape.IsContext(parameter) && FindProblem(parameter.Type) is { } problem)
            {
                return (HandlerProblem.ParameterType, problem);
            }
        }

        return handler.Result is { } result && FindProblem(result) is { } resultProblem
            ? (HandlerProblem.ResultType, resultProblem)
            : (HandlerProblem.None, "");
    }

    private string? FindProblem(ITypeSymbol type) =>
        types.FindProblem(type, inState: false) ?? (types.IsVisibleToCallers(type) ? null : $"{type.ToDisplayString()} is not accessible to callers");

    private static (ResultForm Form, ITypeSymbol? Result) ResultOf(IMethodSymbol method)
    {
        if (method.ReturnsVoid)
        {
            return (ResultForm.Void, null);
        }

        if (SymbolNames.Is(method.ReturnType, KnownNames.Reply))
        {
            return (ResultForm.Reply, null);
        }

        if (Awaitables.Contains(SymbolNames.MetadataNameOf(method.ReturnType.OriginalDefinition)))
        {
            // Faulty, but its callers go on compiling against what it would be without the task.
            return method.ReturnType is INamedTypeSymbol { Arity: 1 } task ? (ResultForm.Value, task.TypeArguments[0]) : (ResultForm.Void, null);
        }

        return SymbolNames.Is(method.ReturnType, KnownNames.ReplyOfT) && method.ReturnType is INamedTypeSymbol { Arity: 1 } reply
            ? (ResultForm.ReplyOfT, reply.TypeArguments[0])
            : (ResultForm.Value, method.ReturnType);
    }
}
