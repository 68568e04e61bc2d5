using System.Collections.Immutable;
using System.Globalization;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Runs single plans so that every end is a result: a run that throws has failed like one that a checker refused, and a run that is done twice has failed if the two
/// differ. Used for seeds, for the candidates of the shrinker and for traces alike, so that all three see the same failure.
/// </summary>
/// <param name="runner">Runs a plan.</param>
internal sealed class SeedRuns(PlanRunner runner)
{
    /// <summary>One seed in so many is run twice.</summary>
    public const int SeedsPerDoubleRun = 20;

    /// <summary>Whether a seed is one of those that are run twice.</summary>
    public static bool IsDoubled(long seed) => seed % SeedsPerDoubleRun == 0;

    /// <summary>Runs a plan once.</summary>
    public RunResult Run(FaultPlan plan, Action<string>? trace = null)
    {
        try
        {
            return runner(plan, trace);
        }
        catch (Exception error)
        {
            // Whatever ends a run is a finding about its plan, a broken invariant above all. Passing it on would end the other seeds and lose the plan.
            string failure = $"{error.GetType().Name}: {error.Message}\n{error.StackTrace}";
            return new RunResult(plan, failure, null, 0, 0, 0, 0, 0, [], ImmutableSortedDictionary<FaultKind, int>.Empty);
        }
    }

    /// <summary>Runs a plan twice and fails if the runs differ in anything.</summary>
    public RunResult RunTwice(FaultPlan plan)
    {
        RunResult first = Run(plan);
        if (first.Failure is not null)
        {
            return first;
        }

        RunResult second = Run(plan);
        bool isEqual = first.TraceHash == second.TraceHash && second.Failure is null && first.Invalid == second.Invalid;
        return isEqual ? first : first with { Failure = DescribeDifference(first, second) };
    }

    private string DescribeDifference(RunResult first, RunResult second)
    {
        var comparison = new TraceComparison();
        Run(first.Plan, comparison.AddFirst);
        Run(first.Plan, comparison.AddSecond);
        comparison.End();
        string where = comparison.Difference ?? "two further runs, with traces, did not differ";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Determinism: two runs of one plan differ.\nTrace hashes {first.TraceHash:x16} and {second.TraceHash:x16}; {where}.\nThe second run: {second.Failure ?? second.Invalid ?? "clean"}");
    }
}
