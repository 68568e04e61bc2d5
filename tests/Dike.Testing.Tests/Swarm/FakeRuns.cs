using System.Collections.Immutable;
using Dike.Testing.Simulation;

namespace Dike.Testing.Tests.Swarm;

/// <summary>Results without a simulation: pure functions of the plan.</summary>
internal static class FakeRuns
{
    /// <summary>A run in which everything fired and nothing failed.</summary>
    public static RunResult Clean(FaultPlan plan) => new(
        plan, null, null, (ulong)plan.Seed, plan.FaultsUntilMs, 1_000, plan.Commands, 2, [120, 480],
        plan.Faults.GroupBy(fault => fault.Kind).ToImmutableSortedDictionary(kind => kind.Key, kind => kind.Count()));

    /// <summary>A clean run that failed after all.</summary>
    public static RunResult Failed(FaultPlan plan, string failure) => Clean(plan) with { Failure = failure };

    /// <summary>A small plan without faults.</summary>
    public static FaultPlan Plan(long seed, params PlannedFault[] faults) => new(seed, 5, 3, 2, 4, 200, 16, 60_000, [.. faults]);
}
