using Dike.Paxos;

namespace Dike.Node.Liveness;

/// <summary>
/// Whether this node works: heartbeats vouch for that, not for a process that exists. While an append waits for its sync longer than the election timeout the
/// node is stuck and sends none. When it, a turn of the shard or the whole process stood still so long, the node stays stalled for one more election
/// timeout: whoever hangs again and again is no good leader. Owned by <see cref="NodeCore"/>.
/// </summary>
internal sealed class WorkWatch(long electionTimeoutMs)
{
    private long? _tickedMs;
    private long? _stalledMs;

    /// <summary>Whether an append waits longer than the election timeout.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Whether this node is stuck, or stood still within the last election timeout.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>A tick. The shard gives none while a turn runs, so a long turn shows like a pause of the process.</summary>
    /// <param name="nowMs">The monotonic clock.</param>
    /// <param name="appendedMs">Since when the oldest append waits for its sync; null if none waits.</param>
    /// <returns>For how long nothing could be taken in, in milliseconds, if that was longer than the election timeout; else 0.</returns>
    public long Tick(long nowMs, long? appendedMs)
    {
        long passedMs = nowMs - _tickedMs ?? 0;
        Invariant.Require(passedMs >= 0, $"the monotonic clock went from {_tickedMs} to {nowMs} ms");
        long missedMs = passedMs > electionTimeoutMs ? passedMs : 0;
        IsStuck = nowMs - appendedMs > electionTimeoutMs;
        if (IsStuck || missedMs > 0)
        {
            _stalledMs = nowMs;
        }

        IsStalled = nowMs - _stalledMs <= electionTimeoutMs;
        _tickedMs = nowMs;
        return missedMs;
    }
}
