using Dike.Analyzers.Catalogue;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Engine;

/// <summary>A use of a catalogued member in the body of one method.</summary>
internal sealed class CatalogueUse(CatalogueRow row, ISymbol member, SyntaxNode site)
{
    public CatalogueRow Row { get; } = row;

    public ISymbol Member { get; } = member;

    /// <summary>Where it is used.</summary>
    public SyntaxNode Site { get; } = site;
}
