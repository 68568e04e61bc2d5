using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Finds a smaller plan that fails in the same way (<see cref="FailureKind"/>): first fewer faults, by halves and then one by one (Zeller and Hildebrandt,
/// "Simplifying and Isolating Failure-Inducing Input", 2002), then smaller sizes, then shorter and milder faults, all over again until nothing helps. The best plan
/// always is one that was run and failed; no plan is run twice; the number of runs is bounded. One instance shrinks one failure.
/// </summary>
internal sealed class PlanShrinker
{
    private readonly Func<FaultPlan, RunResult> _run;
    private readonly int _maxRuns;
    private readonly Action<ShrinkProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly string _kind;
    private readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    private RunResult _best;
    private int _runs;

    private PlanShrinker(
        RunResult failing, Func<FaultPlan, RunResult> run, int maxRuns, Action<ShrinkProgress>? progress, CancellationToken cancellationToken)
    {
        Invariant.Require(failing.Failure is not null, $"seed {failing.Plan.Seed} did not fail");
        _kind = FailureKind.Of(failing.Failure);
        _best = failing;
        _run = run;
        _maxRuns = maxRuns;
        _progress = progress;
        _cancellationToken = cancellationToken;
        _tried.Add(PlanText.Write(failing.Plan));
    }

    private bool IsOver => _runs >= _maxRuns || _cancellationToken.IsCancellationRequested;

    private FaultPlan Best => _best.Plan;

    /// <summary>Shrinks the plan of a failed run.</summary>
    /// <param name="failing">The failed run.</param>
    /// <param name="run">Runs a plan, in the way in which the failed one was run.</param>
    /// <param name="maxRuns">How many plans may be run.</param>
    /// <param name="progress">Told after every run.</param>
    /// <param name="cancellationToken">Ends the search after the plan that is running; what was found until then counts.</param>
    public static ShrinkResult Shrink(
        RunResult failing, Func<FaultPlan, RunResult> run, int maxRuns, Action<ShrinkProgress>? progress, CancellationToken cancellationToken) =>
        new PlanShrinker(failing, run, maxRuns, progress, cancellationToken).Shrink();

    private ShrinkResult Shrink()
    {
        FaultPlan before;
        do
        {
            before = Best;
            DropFaults();
            ReduceSizes();
            ReduceFaults();
        }
        while (!ReferenceEquals(before, Best) && !IsOver);

        return new ShrinkResult(_best, _runs, !IsOver);
    }

    private void DropFaults()
    {
        for (int chunk = Best.Faults.Length; chunk >= 1;)
        {
            int before = Best.Faults.Length;
            for (int start = 0; start < Best.Faults.Length && !IsOver;)
            {
                ImmutableArray<PlannedFault> rest = Best.Faults.RemoveRange(start, Math.Min(chunk, Best.Faults.Length - start));
                start += Fails(Best with { Faults = rest }) ? 0 : chunk;
            }

            // A fault that is needed beside one that has just gone may go now: single faults are tried until none of them can.
            bool isDone = chunk > 1 || Best.Faults.Length == before;
            chunk = isDone ? chunk / 2 : Math.Min(chunk, Best.Faults.Length);
        }
    }

    private void ReduceSizes()
    {
        foreach (FaultPlan smaller in PlanReductions.SmallerClusters(Best))
        {
            if (Fails(smaller))
            {
                break;
            }
        }

        Reduce(Best.Groups, 1, 1, groups => Best with { Groups = (int)groups });
        Reduce(Best.Clients, 1, 1, clients => PlanReductions.WithClients(Best, (int)clients));
        Reduce(Best.Commands, 1, 1, commands => Best with { Commands = (int)commands });
        Reduce(Best.FaultsUntilMs, PlanReductions.LastEndMs(Best), PlanReductions.SmallestStepMs, until => Best with { FaultsUntilMs = until });
    }

    private void ReduceFaults()
    {
        for (int index = 0; index < Best.Faults.Length && !IsOver; index++)
        {
            Reduce(Best.Faults[index].LengthMs, 0, PlanReductions.SmallestStepMs, length => WithFault(index, Best.Faults[index] with { LengthMs = length }));
            while (PlanReductions.Milder(Best.Faults[index]) is { } milder && Fails(WithFault(index, milder)))
            {
                Invariant.Require(Best.Faults[index] == milder, $"the milder fault {index} was not taken");
            }
        }
    }

    /// <summary>Lowers one number as far as the failure stays: all the way at once, then by ever smaller steps.</summary>
    private void Reduce(long value, long min, long smallestStep, Func<long, FaultPlan> with)
    {
        for (long step = value - min; step >= smallestStep && !IsOver;)
        {
            if (Fails(with(value - step)))
            {
                value -= step;
                step = Math.Min(step, value - min);
            }
            else
            {
                step /= 2;
            }
        }
    }

    private FaultPlan WithFault(int index, PlannedFault fault) => Best with { Faults = Best.Faults.SetItem(index, fault) };

    /// <summary>Whether a candidate makes sense, was not tried yet and fails in the same way; then it is the best one.</summary>
    private bool Fails(FaultPlan candidate)
    {
        if (IsOver || PlanRules.Refuse(candidate) is not null || !_tried.Add(PlanText.Write(candidate)))
        {
            return false;
        }

        RunResult result = _run(candidate);
        _runs++;
        bool isSame = result.Failure is not null && FailureKind.Of(result.Failure) == _kind;
        _best = isSame ? result with { Plan = candidate } : _best;
        _progress?.Invoke(new ShrinkProgress(_runs, _maxRuns, Best));
        return isSame;
    }
}
