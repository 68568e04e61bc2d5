namespace Dike.Paxos;

/// <summary>
/// The grantor's half of a lease: a member that has granted one promises no other candidate, itself included, for the length of a lease and the drift,
/// counted from the receipt of the round by its own clock. The holder counts less, from an earlier moment, so the grant outlives the lease. The holder's
/// own next ballot is let through: it drops its lease before it stands. Owned by <see cref="Replica"/>, asked by <see cref="Roles"/>.
/// </summary>
internal sealed class LeaseGrant(Ballot recovered, ReplicaClock clock, PaxosOptions options)
{
    /// <summary>
    /// After a start it is not known any more what was granted before it, so the owner of the stored promise counts as having just been granted a lease: the
    /// only one to whom a grant could have gone last. Nothing lifts that grant, because the round it would have been for is not known either.
    /// </summary>
    private readonly bool _isQuietFirst = recovered != Ballot.None && options.LeaseMs > 0;

    private Ballot _ballot = recovered;
    private long _round = long.MaxValue;
    private long? _until;
    private ReplicaId _handedTo;
    private Ballot _handedIn;
    private long _handOver;

    /// <summary>The clock was read.</summary>
    public void OnTime()
    {
        if (_until is null && _isQuietFirst)
        {
            _until = clock.NowMs + options.GrantMs;
        }
    }

    /// <summary>Whether <paramref name="candidate"/> must not be promised anything now.</summary>
    public bool Refuses(ReplicaId candidate)
    {
        bool isInForce = _until is { } until ? clock.NowMs < until : _isQuietFirst;
        return isInForce && candidate != _ballot.Owner && !IsLiftedFor(candidate);
    }

    /// <summary>Grants the lease of <paramref name="ballot"/>, which this replica has durably promised and follows.</summary>
    /// <returns>Whether it is granted: not without a clock, nor while another holds one.</returns>
    public bool TryGive(Ballot ballot, long round)
    {
        if (!clock.IsRunning || options.LeaseMs == 0 || Refuses(ballot.Owner))
        {
            return false;
        }

        Invariant.Require(ballot.Owner != ReplicaId.None, $"{ballot}, round {round}");
        _round = _ballot == ballot && clock.NowMs < _until ? Math.Max(_round, round) : round;
        _ballot = ballot;
        _until = clock.NowMs + options.GrantMs;
        return true;
    }

    /// <summary>The holder of the lease, which has dropped it, wants <paramref name="to"/> to lead.</summary>
    /// <returns>Whether that is news: a repeated or older one is not.</returns>
    public bool HandOver(Ballot ballot, ReplicaId to, long number)
    {
        if (ballot < _handedIn || (ballot == _handedIn && number <= _handOver))
        {
            return false;
        }

        Invariant.Require(to != ReplicaId.None, $"{ballot}, number {number}");
        (_handedIn, _handedTo, _handOver) = (ballot, to, number);
        return true;
    }

    /// <summary>
    /// This replica has promised a higher ballot. That was only possible because the grant was over, lifted, or its holder's own: in each case its holder had dropped
    /// the lease, so the grant binds nobody any more.
    /// </summary>
    public void OnPromised(Ballot ballot)
    {
        Invariant.Require(!Refuses(ballot.Owner), $"promised {ballot} under a grant of {_ballot}");
        _until = clock.NowMs;
    }

    /// <summary>Whether the leader of <paramref name="ballot"/> has named <paramref name="candidate"/> as its successor.</summary>
    public bool IsHandedTo(ReplicaId candidate, Ballot ballot) => candidate == _handedTo && ballot == _handedIn;

    /// <summary>
    /// A late hand-over must not undo what was granted after it: it lifts earlier rounds of its own ballot, and earlier ballots of its sender, which had dropped
    /// those leases before it stood again.
    /// </summary>
    private bool IsLiftedFor(ReplicaId candidate) =>
        candidate == _handedTo
        && ((_handedIn == _ballot && _handOver > _round) || (_handedIn > _ballot && _handedIn.Owner == _ballot.Owner));
}
