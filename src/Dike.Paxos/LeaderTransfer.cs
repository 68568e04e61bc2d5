namespace Dike.Paxos;

/// <summary>
/// A leader's handing over: it proposes nothing more, waits until the successor has synced all there is, drops its lease, and only then tells everybody. If
/// nothing comes of it within an election timeout it leads on as before. Owned by <see cref="Leader"/>.
/// </summary>
internal sealed class LeaderTransfer(
    Ballot ballot, FollowerStream[] streams, ReadRounds reads, Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private const int None = -1;
    private const int MaxDoublings = 4;
    private int _to = None;
    private int _failed = None;
    private bool _isSent;
    private int _ticks;
    private int _failures;

    public bool IsUnderWay => _to != None;

    /// <summary>Whether there is anybody to hand over to.</summary>
    public bool IsPossible => Best(None) != None;

    /// <summary>Whether <paramref name="member"/> was told to take over: then its Prepare is welcome.</summary>
    public bool IsHandedTo(int member) => _isSent && member == _to;

    /// <summary>Begins to hand over to <paramref name="to"/>, or to the best follower.</summary>
    /// <returns>Why that is not possible, or null.</returns>
    public string? Begin(ReplicaId to)
    {
        int successor = to == ReplicaId.None ? Best(None) : members.IndexOf(to);
        string? reason = IsUnderWay ? $"Leadership is being handed over to replica {members[_to].Id} already; wait an election timeout."
            : to == ReplicaId.None && successor < 0 ? "No other member is in session with the leader; wait until one is."
            : successor < 0 ? $"Replica {to} is no member of this configuration."
            : successor == members.Self ? $"Replica {to} leads already."
            : !members.IsUp(successor) ? $"The node of replica {to} is not reached; name another one."
            : !streams[successor].IsInSession ? $"Replica {to} is not in session with the leader; wait until it has caught up."
            : null;
        if (reason is null)
        {
            _to = successor;
            _ticks = 0;
            Advance();
        }

        return reason;
    }

    /// <summary>A leader that should not lead hands over as soon as it can, but serves between attempts that fail, ever longer.</summary>
    public void BeginIfRested()
    {
        if (!IsUnderWay && ++_ticks >= options.ElectionTimeoutTicks << Math.Min(_failures, MaxDoublings) && Best(_failed) is var best and not None)
        {
            Invariant.Require(best != members.Self);
            Begin(members[best].Id);
        }
    }

    /// <summary>Tells everybody once the successor has all there is.</summary>
    public void Advance()
    {
        if (!IsUnderWay || _isSent || !streams[_to].IsInSession || streams[_to].Accepted < acceptor.Log.Last)
        {
            return;
        }

        // First the lease, then the message: whoever receives it lets the successor through, and two would serve reads.
        reads.BarLease();
        _isSent = true;
        _ticks = 0;
        long number = outbox.NextNumber();
        for (int member = 0; member < members.Count; member++)
        {
            if (member != members.Self && members.IsUp(member))
            {
                outbox.Send(members[member].Id, new HandOver(acceptor.Configuration, ballot, members[_to].Id, number));
            }
        }
    }

    public void OnTick()
    {
        if (IsUnderWay && ++_ticks >= options.ElectionTimeoutTicks)
        {
            GiveUp();
        }
    }

    public void OnPeerDown(int peer)
    {
        if (peer == _to)
        {
            GiveUp();
        }
    }

    private void GiveUp()
    {
        Invariant.Require(IsUnderWay);
        _failed = _to;
        _failures++;
        _to = None;
        _isSent = false;
        _ticks = 0;
        reads.AllowLease();
    }

    /// <summary>Who has acknowledged most, then by priority and id; <paramref name="lastFailed"/> only if there is nobody else.</summary>
    private int Best(int lastFailed)
    {
        int best = None;
        for (int member = 0; member < members.Count; member++)
        {
            bool canTake = member != members.Self && members.IsUp(member) && streams[member].IsInSession;
            if (canTake && (best == None || Order(member).CompareTo(Order(best)) > 0))
            {
                best = member;
            }
        }

        return best;

        (bool IsFresh, Slot Accepted, ushort Priority, ReplicaId Id) Order(int member) =>
            (member != lastFailed, streams[member].Accepted, members[member].Priority, members[member].Id);
    }
}
