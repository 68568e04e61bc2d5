using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests.Catalogue;

/// <summary>Writes a statement that uses a given member, whatever its kind and parameters.</summary>
internal static class MemberUse
{
    /// <summary>A member that stands for its type: what is simplest to use.</summary>
    public static ISymbol Representative(INamedTypeSymbol type) => type.GetMembers()
        .Where(member => member.DeclaredAccessibility == Accessibility.Public)
        .Where(member => member is IPropertySymbol { IsIndexer: false, GetMethod: not null }
            or IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.Constructor, IsGenericMethod: false })
        .Where(member => type is not { IsAbstract: true, IsStatic: false } || member is not IMethodSymbol { MethodKind: MethodKind.Constructor })
        .Where(member => member is not IMethodSymbol method || method.Parameters.All(parameter => parameter.RefKind == RefKind.None))
        .OrderBy(member => member is IMethodSymbol method ? method.Parameters.Length : 0)
        .ThenBy(member => member.Name, StringComparer.Ordinal)
        .First();

    public static string Of(ISymbol member)
    {
        string type = Name(member.ContainingType);
        string receiver = member.IsStatic ? type : "it";
        string use = member switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => $"_ = new {type}({Arguments(constructor)});",
            IMethodSymbol { IsGenericMethod: true } generic => $"{receiver}.{generic.Name}<int>({Arguments(generic.Construct(Int32(generic)))});",
            IMethodSymbol method => $"{receiver}.{method.Name}({Arguments(method)});",
            _ => $"_ = {receiver}.{member.Name};",
        };
        bool isOnInstance = !member.IsStatic && member is not IMethodSymbol { MethodKind: MethodKind.Constructor };
        return isOnInstance ? $"{type} it = default!; {use}" : use;
    }

    private static string Arguments(IMethodSymbol method) => string.Join(", ", method.Parameters.Select(parameter => $"default({Name(parameter.Type)})!"));

    private static ITypeSymbol Int32(IMethodSymbol method) => method.ContainingAssembly.GetTypeByMetadataName("System.Int32")
        ?? method.ContainingModule.ReferencedAssemblySymbols.Select(assembly => assembly.GetTypeByMetadataName("System.Int32")).First(found => found is not null)!;

    private static string Name(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
}
