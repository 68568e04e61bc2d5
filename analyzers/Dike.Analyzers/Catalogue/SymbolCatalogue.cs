using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Catalogue;

/// <summary>
/// Answers for one compilation whether a member of a referenced assembly is nondeterministic. A symbol is first looked up by its bare name;
/// only on a hit is the row's documentation id resolved, once, so code that uses nothing of the catalogue resolves nothing.
/// Members of the compilation itself are never in the catalogue: the engine reads their bodies instead.
/// </summary>
internal sealed class SymbolCatalogue
{
    private readonly Compilation _compilation;
    private readonly Dictionary<string, CatalogueRow[]> _members;
    private readonly Dictionary<string, CatalogueRow[]> _types;
    private readonly ConcurrentDictionary<CatalogueRow, ImmutableArray<ISymbol>> _resolved = new();

    public SymbolCatalogue(Compilation compilation, IEnumerable<CatalogueRow> rows)
    {
        _compilation = compilation;
        List<CatalogueRow> all = [.. rows];
        _members = all.Where(row => !row.IsType).GroupBy(row => row.MetadataName).ToDictionary(group => group.Key, group => group.ToArray());
        _types = all.Where(row => row.IsType).GroupBy(row => row.MetadataName).ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>The row that covers a use of <paramref name="member"/>, or null. A row of the member wins over a row of its type.</summary>
    /// <param name="member">A method, constructor, property, field or event.</param>
    /// <param name="receiver">The static type of the instance it is used on: a FileStream's inherited members count as its own.</param>
    public CatalogueRow? Find(ISymbol member, ITypeSymbol? receiver)
    {
        if (IsOfThisCompilation(member) || member.ContainingType is not { SpecialType: not SpecialType.System_Object } container)
        {
            return null;
        }

        return FindMember(member) ?? FindType(container) ?? FindReceiver(receiver);
    }

    private CatalogueRow? FindReceiver(ITypeSymbol? receiver)
    {
        // A receiver declared here is followed into, and its own base calls are judged where they stand.
        return receiver is INamedTypeSymbol named && !IsOfThisCompilation(named) ? FindType(named) : null;
    }

    private CatalogueRow? FindMember(ISymbol member)
    {
        if (!_members.TryGetValue(member.MetadataName, out CatalogueRow[]? rows))
        {
            return null;
        }

        for (ISymbol? symbol = member.OriginalDefinition; symbol is not null; symbol = Overridden(symbol))
        {
            foreach (CatalogueRow row in rows)
            {
                if (Resolve(row).Contains(symbol, SymbolEqualityComparer.Default))
                {
                    return row;
                }
            }
        }

        return null;
    }

    private CatalogueRow? FindType(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (!_types.TryGetValue(current.MetadataName, out CatalogueRow[]? rows))
            {
                continue;
            }

            foreach (CatalogueRow row in rows)
            {
                if (Resolve(row).Contains(current.OriginalDefinition, SymbolEqualityComparer.Default))
                {
                    return row;
                }
            }
        }

        return null;
    }

    private ImmutableArray<ISymbol> Resolve(CatalogueRow row) =>
        _resolved.GetOrAdd(row, key => DocumentationCommentId.GetSymbolsForDeclarationId(key.DocumentationId, _compilation));

    private bool IsOfThisCompilation(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, _compilation.Assembly);

    private static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.OverriddenMethod?.OriginalDefinition,
        IPropertySymbol property => property.OverriddenProperty?.OriginalDefinition,
        _ => null,
    };
}
