using System.Collections.Immutable;

namespace Dike.Analyzers.Engine;

/// <summary>All that one handler reaches, and whether the search ended before it had seen everything.</summary>
internal sealed class Exploration(ImmutableArray<HandlerFinding> findings, bool isCut)
{
    public ImmutableArray<HandlerFinding> Findings { get; } = findings;

    /// <summary>The handler reaches more bodies than <see cref="DeterminismEngine.MaxBodiesPerHandler"/>.</summary>
    public bool IsCut { get; } = isCut;
}
