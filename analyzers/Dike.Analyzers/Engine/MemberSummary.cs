using System.Collections.Immutable;

namespace Dike.Analyzers.Engine;

/// <summary>
/// What one body does by itself: the catalogued members it uses and the bodies it steps into. It does not depend on who calls it,
/// so it is computed once per compilation and read by every rule and every handler. Reply code has been left out of it. Both lists are in the order
/// of the source, so a fault that is reached twice is reported where it is reached first.
/// </summary>
internal sealed class MemberSummary(IEnumerable<CatalogueUse> uses, IEnumerable<CallEdge> edges)
{
    public ImmutableArray<CatalogueUse> Uses { get; } = [.. uses.OrderBy(use => use.Site.SpanStart)];

    public ImmutableArray<CallEdge> Edges { get; } = [.. edges.OrderBy(edge => edge.Site.SpanStart)];
}
