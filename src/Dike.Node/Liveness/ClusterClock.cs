using Dike.Node.Groups;
using Dike.Paxos;

namespace Dike.Node.Liveness;

/// <summary>
/// What time the cluster has, from this node's clocks and the readings that came with heartbeats. The wall clock of one node alone moves nothing: with
/// three readings or more the lower median counts; with fewer, nobody can say whose clock is wrong, and the time goes on as the monotonic clock does.
/// Also notices when this node's two clocks part, or its process stood still. Owned by <see cref="NodeCore"/>.
/// </summary>
internal sealed class ClusterClock
{
    /// <summary>A wall clock farther off than this is not believed.</summary>
    public const long MaxOffTicks = TimeSpan.TicksPerSecond;

    /// <summary>The fewest readings, the own one included, among which a single wrong one is outvoted.</summary>
    public const int MinReadings = 3;

    private const long MaxJumpTicks = 100 * TimeSpan.TicksPerMillisecond;

    /// <summary>The own wall clock may pull the time of fewer readings by a tenth of what has passed: the drift that leases allow for, too.</summary>
    private const int MaxPullPart = 10;

    private readonly long _pauseMs;
    private readonly int _quorum;
    private (long UtcTicks, long Ms)? _seen;
    private (long Ticks, long Ms)? _agreed;

    /// <param name="pauseMs">Two observations farther apart are a pause.</param>
    /// <param name="quorum">The fewest readings by which this node may judge its own clock.</param>
    public ClusterClock(long pauseMs, int quorum)
    {
        Invariant.Require(pauseMs >= 1);
        Invariant.Require(quorum >= 1);
        _pauseMs = pauseMs;
        _quorum = quorum;
    }

    /// <summary>Whether the own wall clock was off the median at the last tick.</summary>
    public bool IsOff { get; private set; }

    /// <summary>Compares the two clocks with what they were at the last tick. True once for each jump or pause.</summary>
    public bool HasJumped(in Moment now)
    {
        if (_seen is not { } seen)
        {
            _seen = (now.UtcTicks, now.MonotonicMs);
            return false;
        }

        long passedMs = now.MonotonicMs - seen.Ms;
        Invariant.Require(passedMs >= 0, $"the monotonic clock went from {seen.Ms} to {now.MonotonicMs} ms");
        long partedTicks = now.UtcTicks - seen.UtcTicks - passedMs * TimeSpan.TicksPerMillisecond;
        bool hasJumped = Math.Abs(partedTicks) > MaxJumpTicks || passedMs > _pauseMs;
        if (hasJumped)
        {
            _seen = (now.UtcTicks, now.MonotonicMs);
        }

        return hasJumped;
    }

    /// <summary>A tick: takes the present time of the cluster as agreed, and judges the own clock by it.</summary>
    /// <param name="now">The own clocks.</param>
    /// <param name="readings">All readings as of now, the own one included; left sorted.</param>
    public void Advance(in Moment now, Span<long> readings)
    {
        if (readings.Length >= MinReadings)
        {
            long median = Median(readings);
            IsOff = readings.Length >= _quorum && Math.Abs(now.UtcTicks - median) > MaxOffTicks;
            _agreed = (median, now.MonotonicMs);
        }
        else
        {
            // A step of the wall clock is not followed, by however little at a time; its drift against the monotonic clock is.
            IsOff = false;
            long expected = Expected(now.UtcTicks, now.MonotonicMs);
            long off = now.UtcTicks - expected;
            long mostTicks = _agreed is { } agreed ? (now.MonotonicMs - agreed.Ms) * TimeSpan.TicksPerMillisecond / MaxPullPart : 0;
            _agreed = (expected + (Math.Abs(off) <= MaxOffTicks ? Math.Clamp(off, -mostTicks, mostTicks) : 0), now.MonotonicMs);
        }

        _seen = (now.UtcTicks, now.MonotonicMs);
    }

    /// <summary>The time of the cluster, in UTC ticks. It may go back a little; log time is the greatest that a group has seen.</summary>
    /// <param name="utcTicks">The own wall clock.</param>
    /// <param name="monotonicMs">The own monotonic clock.</param>
    /// <param name="readings">All readings as of now, the own one included; left sorted.</param>
    public long Ticks(long utcTicks, long monotonicMs, Span<long> readings)
    {
        if (readings.Length >= MinReadings)
        {
            return Median(readings);
        }

        long expected = Expected(utcTicks, monotonicMs);
        return Math.Abs(utcTicks - expected) <= MaxOffTicks ? utcTicks : expected;
    }

    /// <summary>The lower one of the middle two if their number is even: then one mad clock ahead moves nothing, and one behind not past the next honest one.</summary>
    private static long Median(Span<long> readings)
    {
        readings.Sort();
        return readings[(readings.Length - 1) / 2];
    }

    /// <summary>What was agreed last, and the monotonic time since; before the first tick there is only the own clock.</summary>
    private long Expected(long utcTicks, long monotonicMs) =>
        _agreed is { } agreed ? agreed.Ticks + (monotonicMs - agreed.Ms) * TimeSpan.TicksPerMillisecond : utcTicks;
}
