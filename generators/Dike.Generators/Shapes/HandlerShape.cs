using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Dike.Generators.Shapes;

/// <summary>What a handler hands back.</summary>
internal enum ResultForm
{
    Void,
    Value,
    Reply,
    ReplyOfT,
}

/// <summary>What is wrong with a handler; the analyzers have one diagnostic for each.</summary>
internal enum HandlerProblem
{
    None,
    CommandAndQuery,
    Static,
    Generic,
    NotAccessible,
    NotOrdinary,
    Asynchronous,
    ReturnsByReference,
    QueryWithoutValue,
    QueryWithContext,
    SeveralContexts,
    ParameterModifier,
    ParameterType,
    ResultType,
    WireName,
    DuplicateWireName,
    DuplicateClientMethod,
}

/// <summary>
/// A method marked as command or query, as generator and analyzers understand it. Valid when <see cref="Problem"/> is <see cref="HandlerProblem.None"/>;
/// then every parameter but the context and the result has a codec.
/// </summary>
/// <param name="Method">The method.</param>
/// <param name="Attribute">Its attribute, whose name is the wire name.</param>
/// <param name="IsQuery">Whether it only reads.</param>
/// <param name="WireName">The name on the wire.</param>
/// <param name="Form">What it returns.</param>
/// <param name="Result">The type of the value; null if it has none.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Detail">For the message: the parameter, type or name at fault.</param>
internal sealed record HandlerShape(
    IMethodSymbol Method, AttributeData Attribute, bool IsQuery, string WireName, ResultForm Form, ITypeSymbol? Result, HandlerProblem Problem, string Detail)
{
    /// <summary>The parameters that travel: all but the context.</summary>
    public ImmutableArray<IParameterSymbol> WireParameters => [.. Method.Parameters.Where(parameter => !IsContext(parameter))];

    /// <summary>The method of the generated interface.</summary>
    public string ClientMethod => Method.Name.EndsWith("Async", StringComparison.Ordinal) ? Method.Name : Method.Name + "Async";

    public static bool IsContext(IParameterSymbol parameter) => SymbolNames.Is(parameter.Type, KnownNames.CommandContext);
}
