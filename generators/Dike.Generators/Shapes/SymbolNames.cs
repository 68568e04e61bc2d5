using Microsoft.CodeAnalysis;

namespace Dike.Generators.Shapes;

/// <summary>Questions about names and attributes of symbols, answered by metadata name so that nothing has to be resolved first.</summary>
internal static class SymbolNames
{
    /// <summary>The name with namespaces, containing types and arity, as <c>System.Collections.Generic.List`1</c>.</summary>
    public static string MetadataNameOf(ITypeSymbol type)
    {
        if (type.ContainingType is { } outer)
        {
            return MetadataNameOf(outer) + "+" + type.MetadataName;
        }

        return type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() + "." + type.MetadataName : type.MetadataName;
    }

    public static bool Is(ITypeSymbol type, string metadataName) => MetadataNameOf(type.OriginalDefinition) == metadataName;

    public static AttributeData? FindAttribute(ISymbol symbol, string metadataName)
    {
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && Is(type, metadataName))
            {
                return attribute;
            }
        }

        return null;
    }

    public static bool HasAttribute(ISymbol symbol, string metadataName) => FindAttribute(symbol, metadataName) is not null;

    /// <summary>The value of a named argument, or <paramref name="absent"/>.</summary>
    public static T NamedArgument<T>(AttributeData attribute, string name, T absent)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Value is T value)
            {
                return value;
            }
        }

        return absent;
    }

    /// <summary>The wire name: the attribute's first argument, or the symbol's own name.</summary>
    public static string WireNameOf(ISymbol symbol, AttributeData attribute) =>
        attribute.ConstructorArguments.FirstOrDefault().Value is string name ? name : symbol.Name;
}
