namespace Dike.Paxos;

/// <summary>
/// The holder's half of a lease: while it lasts no other replica can be elected, so the leader's decided slot covers all that was ever answered for. It counts
/// from the sending of the round that a quorum granted, never from the arrival of the grants. Owned by <see cref="ReadRounds"/>.
/// </summary>
internal sealed class Lease(ReplicaClock clock, PaxosOptions options)
{
    private long? _round;
    private long _sentAt;
    private long? _until;

    public bool IsHeld => clock.NowMs < _until;

    /// <summary>Whether so much of the lease is gone that a round is to renew it, unless one was sent just now.</summary>
    public bool IsRenewalDue => options.LeaseMs > 0 && clock.NowMs - _sentAt > options.LeaseMs / 2;

    /// <summary>A round that asks for grants leaves.</summary>
    public void OnRoundSent(long round)
    {
        Invariant.Require(_round is not { } last || round > last, $"round {round} after {_round}");
        _round = clock.IsRunning && options.LeaseMs > 0 ? round : null;
        _sentAt = clock.NowMs;
    }

    /// <summary>A quorum has granted the lease in <paramref name="round"/>. Counts for nothing if the lease was dropped after that round had left.</summary>
    public void OnGranted(long round)
    {
        if (round == _round)
        {
            // From the sending: the grantors count from the receipt, which is later. Counted from the answers, a lease could outlive the grants it rests on.
            _until = _sentAt + options.LeaseMs;
        }
    }

    /// <summary>Ends the lease, and keeps what is still on its way from making a new one.</summary>
    public void Drop()
    {
        _round = null;
        _until = null;
    }
}
