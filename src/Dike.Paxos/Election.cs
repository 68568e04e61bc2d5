namespace Dike.Paxos;

/// <summary>
/// When a follower without a living leader stands for election. Staggered: of the connected members the one that leads rather goes first, the next some
/// ticks later, and every failed attempt doubles a further wait, so that candidates whose rounds take longer than a stagger stop beating each other.
/// Counts ticks; no randomness, so that a run can be repeated.
/// </summary>
internal sealed class Election(Membership members, PaxosOptions options)
{
    private const int MaxDoublings = 4;

    /// <summary>A started member first waits one stagger, so that a leader that is there can make itself known.</summary>
    private int _ticks = -Stagger(options);
    private int _failures;

    /// <summary>Takes note of one tick of a follower.</summary>
    /// <returns>Whether to stand for election now.</returns>
    public bool OnTick(bool hasLivingLeader)
    {
        if (hasLivingLeader)
        {
            _failures = 0;
            _ticks = 0;
            return false;
        }

        if (!members.IsQuorumConnected)
        {
            _ticks = Math.Min(_ticks, 0);
            return false;
        }

        _ticks++;
        int backoff = (1 << Math.Min(_failures, MaxDoublings)) - 1;
        Invariant.Require(backoff >= 0);
        return _ticks > Stagger(options) * (members.Rank + backoff);
    }

    /// <summary>Another candidate has this replica's promise: it gets time to finish.</summary>
    public void Defer() => _ticks = Math.Min(_ticks, -Stagger(options));

    public void OnStanding() => _ticks = 0;

    public void OnFailed()
    {
        _failures++;
        _ticks = 0;
    }

    private static int Stagger(PaxosOptions options) => (options.ElectionTimeoutTicks + 1) / 2;
}
