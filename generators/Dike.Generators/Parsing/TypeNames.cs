using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Generators.Parsing;

/// <summary>The three ways in which types are spelled: for callers, in codecs, and in the contract.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat ClientFormat =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat CodecFormat =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.ExpandValueTuple);

    private static readonly SymbolDisplayFormat ContractFormat = CodecFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>With nullability and tuple names.</summary>
    public static string ForClient(ITypeSymbol type) => type.ToDisplayString(ClientFormat);

    /// <summary>Without nullability and tuple names, so that types with the same bytes share a codec.</summary>
    public static string ForCodec(ITypeSymbol type) => type.ToDisplayString(CodecFormat);

    public static string ForContract(ITypeSymbol type) => type.ToDisplayString(ContractFormat);

    /// <summary>The name as an identifier, escaped where it is a keyword somewhere.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>A readable part of a method name for a type, as <c>ListOfInt64</c>. Different types may get the same one.</summary>
    public static string ForMethod(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => "ArrayOf" + ForMethod(array.ElementType),
        INamedTypeSymbol { IsTupleType: true } tuple => "TupleOf" + string.Join("And", tuple.TupleElements.Select(element => ForMethod(element.Type))),
        INamedTypeSymbol { TypeArguments.Length: > 0 } named => named.Name + "Of" + string.Join("And", named.TypeArguments.Select(ForMethod)),
        _ => type.Name,
    };
}
