using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Testing.Simulation;
using HdrHistogram;

namespace Dike.Testing.Swarm;

/// <summary>
/// The figures of many runs. Everything but processor time follows from the seeds alone, in whatever order and on however many threads they ran. Filled by one
/// thread, the reader of outcomes.
/// </summary>
internal sealed class SwarmStatistics
{
    private const long LongestRecoveryMs = 86_400_000;

    private const int SignificantDigits = 3;

    private const double MsPerHour = 3_600_000;

    private readonly LongHistogram _recovery = new(LongestRecoveryMs, SignificantDigits);
    private readonly SortedDictionary<string, InvalidReason> _invalid = new(StringComparer.Ordinal);
    private readonly SortedDictionary<FaultKind, FaultCount> _faults = [];
    private long _longestRecoveryMs;
    private long _simulatedMs;

    /// <summary>Seeds that ran.</summary>
    public int Seeds { get; private set; }

    /// <summary>Seeds that did not fail but do not count either.</summary>
    public int Invalid { get; private set; }

    /// <summary>Seeds that were run twice.</summary>
    public int RanTwice { get; private set; }

    /// <summary>Commands that were acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Events that were handled.</summary>
    public long Events { get; private set; }

    /// <summary>How often a group changed its leader.</summary>
    public long LeaderChanges { get; private set; }

    /// <summary>Faults that took a leader away while a quorum stayed connected.</summary>
    public long Recoveries => _recovery.TotalCount;

    /// <summary>The time that the clusters of the seeds lived through, each seed once.</summary>
    public double ClusterHours { get; private set; }

    /// <summary>The same with seeds that ran twice counted twice: what the processor time was spent on.</summary>
    public double SimulatedHours => _simulatedMs / MsPerHour;

    public IEnumerable<InvalidReason> InvalidReasons => _invalid.Values.OrderByDescending(reason => reason.Seeds);

    /// <summary>Every kind that was planned or fired.</summary>
    public IEnumerable<FaultCount> Faults => _faults.Values;

    /// <summary>How long until the next command was acknowledged after a leader was taken away, or null if none was.</summary>
    public long? RecoveryMsAt(double percentile) => Recoveries switch
    {
        0 => null,
        _ when percentile >= 100 => _longestRecoveryMs,
        _ => Math.Min(_longestRecoveryMs, _recovery.GetValueAtPercentile(percentile)),
    };

    /// <summary>Takes in a seed.</summary>
    public void Add(SeedOutcome outcome)
    {
        RunResult result = outcome.Result;
        Invariant.Require(result.VirtualMs >= 0, $"seed {outcome.Seed} took {result.VirtualMs} ms");
        Seeds++;
        RanTwice += outcome.RanTwice ? 1 : 0;
        Acknowledged += result.Acknowledged;
        Events += result.Events;
        LeaderChanges += result.LeaderChanges;
        ClusterHours += result.VirtualMs / MsPerHour;
        _simulatedMs += result.VirtualMs * (outcome.RanTwice ? 2 : 1);
        foreach (long milliseconds in result.RecoveryMs)
        {
            _recovery.RecordValue(Math.Clamp(milliseconds, 0, LongestRecoveryMs));
            _longestRecoveryMs = Math.Max(_longestRecoveryMs, milliseconds);
        }

        CountFaults(result);
        if (result is { Failure: null, Invalid: { } reason })
        {
            Invalid++;
            string kind = FailureKind.Of(reason);
            _invalid[kind] = _invalid.TryGetValue(kind, out InvalidReason? known) ? known with { Seeds = known.Seeds + 1 } : new InvalidReason(kind, 1, outcome.Seed);
        }
    }

    private void CountFaults(RunResult result)
    {
        ImmutableSortedSet<FaultKind> planned = [.. result.Plan.Faults.Select(fault => fault.Kind)];
        foreach (FaultKind kind in planned.Union(result.Fired.Keys))
        {
            FaultCount count = _faults.GetValueOrDefault(kind, new FaultCount(kind, 0, 0));
            _faults[kind] = new FaultCount(kind, count.Seeds + (planned.Contains(kind) ? 1 : 0), count.Fired + result.Fired.GetValueOrDefault(kind));
        }
    }
}
