using Dike.Generators.Models;
using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Generators.Parsing;

/// <summary>Turns handler shapes into models. A faulty handler becomes a stub if its signature can at least be spelled, so that its callers compile.</summary>
internal sealed class HandlerParser(CodecBook codecs, Compilation compilation)
{
    /// <summary>Adds the types of the valid handlers' arguments and results.</summary>
    public void AddCodecs(IEnumerable<HandlerShape> handlers)
    {
        foreach (HandlerShape handler in handlers.Where(handler => handler.Problem == HandlerProblem.None))
        {
            foreach (IParameterSymbol parameter in handler.WireParameters)
            {
                codecs.Add(parameter.Type, needsDelegates: handler.WireParameters.Length == 1);
            }

            if (handler.Result is { } result)
            {
                codecs.Add(result, needsDelegates: true);
            }
        }
    }

    /// <summary>The handlers' models, in the order given. Call after the codecs have their names.</summary>
    public IEnumerable<HandlerModel> Parse(IEnumerable<HandlerShape> handlers) => handlers.Where(CanBeSpelled).Select(ToModel);

    private bool CanBeSpelled(HandlerShape handler) => handler.Problem switch
    {
        HandlerProblem.None => true,
        HandlerProblem.DuplicateClientMethod or HandlerProblem.CommandAndQuery or HandlerProblem.Generic or HandlerProblem.ParameterModifier => false,
        _ => handler.WireParameters.Select(parameter => parameter.Type).Concat(handler.Result is null ? [] : [handler.Result]).All(IsSpellable),
    };

    private bool IsSpellable(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsSpellable(array.ElementType),
        INamedTypeSymbol { IsRefLikeType: false, IsFileLocal: false, TypeKind: not TypeKind.Error } named =>
            compilation.IsSymbolAccessibleWithin(type, compilation.Assembly)
            && named.TypeArguments.All(IsSpellable)
            && (named.ContainingType is null || IsSpellable(named.ContainingType)),
        _ => false,
    };

    private HandlerModel ToModel(HandlerShape handler)
    {
        bool valid = handler.Problem == HandlerProblem.None;
        IMethodSymbol method = handler.Method;
        AttributeData? obsolete = SymbolNames.FindAttribute(method, KnownNames.Obsolete);
        string[] omitted = [.. method.Parameters.Where(HandlerShape.IsContext).Select(parameter => parameter.Name)];
        string kind = handler.IsQuery ? "Query" : "Command";
        string wireName = WireNames.IsLegal(handler.WireName) ? handler.WireName : method.Name;
        return new HandlerModel(
            TypeNames.Identifier(method.Name),
            TypeNames.Identifier(handler.ClientMethod),
            wireName,
            WireNames.TagOf(wireName),
            handler.IsQuery,
            SymbolNames.NamedArgument(handler.Attribute, "Consistency", 0),
            handler.Form,
            handler.Result is null ? "" : TypeNames.ForClient(handler.Result),
            handler.Result is null || !valid ? "" : codecs.NameOf(handler.Result),
            valid ? SignatureOf(handler) : "",
            new(method.Parameters.Select(parameter => ToModel(parameter, valid))),
            new(Documentation.Of(method, $"{kind} <c>{wireName}</c>.", omitted)),
            obsolete is null ? "" : ObsoleteText(obsolete),
            obsolete is not null && obsolete.ConstructorArguments.Any(argument => argument.Value is true),
            valid);
    }

    private ParameterModel ToModel(IParameterSymbol parameter, bool valid) => new(
        TypeNames.Identifier(parameter.Name),
        TypeNames.ForClient(parameter.Type),
        HandlerShape.IsContext(parameter) ? "" : valid ? codecs.NameOf(parameter.Type) : "-",
        parameter.Type is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.NotAnnotated },
        DefaultValues.Of(parameter));

    private static string SignatureOf(HandlerShape handler)
    {
        string parameters = string.Join(", ", handler.WireParameters.Select(parameter => TypeNames.ForContract(parameter.Type)));
        return $"({parameters}) -> {(handler.Result is null ? "void" : TypeNames.ForContract(handler.Result))}";
    }

    private static string ObsoleteText(AttributeData attribute)
    {
        IEnumerable<string> positional = attribute.ConstructorArguments.Select(argument => Literal(argument.Value));
        IEnumerable<string> named = attribute.NamedArguments
            .OrderBy(argument => argument.Key, StringComparer.Ordinal)
            .Select(argument => $"{argument.Key} = {Literal(argument.Value.Value)}");
        return $"[global::System.ObsoleteAttribute({string.Join(", ", positional.Concat(named))})]";
    }

    private static string Literal(object? value) =>
        value is null ? "null" : SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)!;
}
