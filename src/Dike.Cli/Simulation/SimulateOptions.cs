using System.Collections.Immutable;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>What <c>simulate</c> was asked to do; checked already.</summary>
internal sealed record SimulateOptions
{
    public required long From { get; init; }

    public required int Seeds { get; init; }

    public required int Parallel { get; init; }

    public required bool KeepGoing { get; init; }

    public required PlanProfile Profile { get; init; }

    /// <summary>1, 3 or 5, or null if every seed draws.</summary>
    public required int? Nodes { get; init; }

    public required ImmutableSortedSet<FaultKind> Without { get; init; }

    /// <summary>The only plan to run, or null.</summary>
    public required FaultPlan? Plan { get; init; }

    /// <summary>Where the trace goes, or null for a file named after the seed that is written only if one fails.</summary>
    public required string? Trace { get; init; }

    public required bool Shrink { get; init; }

    public required int ShrinkRuns { get; init; }

    public required bool Json { get; init; }

    public PlanLimits Limits => new(Profile, Nodes, Without);
}
