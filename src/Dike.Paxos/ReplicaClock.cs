namespace Dike.Paxos;

/// <summary>
/// What time it is, as the caller said last. Nothing that must hold rests on it but leases; before the first reading there are none. Owned by <see cref="Replica"/>.
/// </summary>
internal sealed class ReplicaClock
{
    /// <summary>Whether there was a reading.</summary>
    public bool IsRunning { get; private set; }

    public long NowMs { get; private set; }

    public void Set(long nowMs)
    {
        Invariant.Require(!IsRunning || nowMs >= NowMs, $"the clock says {nowMs} after {NowMs}");
        IsRunning = true;
        NowMs = nowMs;
    }
}
