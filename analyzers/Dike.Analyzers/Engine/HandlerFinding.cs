using System.Collections.Immutable;
using Dike.Analyzers.Catalogue;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Engine;

/// <summary>A catalogued member that a handler reaches, with the way to it.</summary>
internal sealed class HandlerFinding(CatalogueRow row, string path, Location location, ImmutableArray<Location> steps)
{
    public CatalogueRow Row { get; } = row;

    /// <summary>The way from the handler to the member, for example <c>Bid → Rules.Now → DateTime.UtcNow</c>.</summary>
    public string Path { get; } = path;

    /// <summary>The first step, in the handler itself.</summary>
    public Location Location { get; } = location;

    /// <summary>The further steps down to the member.</summary>
    public ImmutableArray<Location> Steps { get; } = steps;
}
