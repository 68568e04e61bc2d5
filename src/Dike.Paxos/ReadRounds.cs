namespace Dike.Paxos;

/// <summary>
/// Linearizable reads of one leader epoch. With a lease a read is safe through the decided slot at once; without one, when a quorum, asked after the read
/// arrived, had promised nothing above the leader's ballot. All reads that wait share one round; each round has a fresh id, because an answer to an
/// older round says nothing about reads that came after it. The same rounds ask for the lease. Closed until the first entry of the leader's own ballot is
/// decided. Owned by <see cref="Leader"/>.
/// </summary>
internal sealed class ReadRounds(Ballot ballot, Membership members, Acceptor acceptor, Outbox outbox, ReplicaClock clock, PaxosOptions options)
{
    private readonly Votes _confirmed = new(members.Count);
    private readonly Votes _granted = new(members.Count);
    private readonly Lease _lease = new(clock, options);
    private List<Asked> _waiting = [];
    private List<Asked> _inRound = [];
    private bool _isOpen;
    private bool _isLeaseBarred;
    private long _round;
    private Slot _through;
    private int _sinceSent;

    /// <summary>Whether reads may be answered without asking anybody.</summary>
    public bool HoldsLease => _lease.IsHeld;

    /// <summary>Whether no read waits.</summary>
    public bool IsQuiet => _inRound.Count == 0 && _waiting.Count == 0;

    private bool WantsGrant => options.LeaseMs > 0 && !_isLeaseBarred && members.IsQuorumConnected;

    public void Ask(long readId) => Ask(new Asked(readId, null));

    /// <summary>A follower's question; a repeated one is answered once.</summary>
    public void Ask(AskDecided ask, int sender)
    {
        var asked = new Asked(sender, ask);
        if (!_waiting.Contains(asked) && !_inRound.Contains(asked))
        {
            Ask(asked);
        }
    }

    /// <summary>The first entry of the own ballot is decided: the decided slot now covers everything that any earlier leader answered for.</summary>
    public void Open()
    {
        Invariant.Require(acceptor.Decided > Slot.None);
        if (!_isOpen)
        {
            _isOpen = true;
            StartRounds();
        }
    }

    public void OnConfirmed(int sender, ReadConfirmed confirmed)
    {
        if (confirmed.Round != _round)
        {
            return;
        }

        _confirmed.Add(sender);
        if (confirmed.IsGranted)
        {
            _granted.Add(sender);
            EndRoundIfGranted();
        }

        EndRoundIfConfirmed();
        StartRounds();
    }

    public void OnTick()
    {
        if (_inRound.Count > 0 && ++_sinceSent >= options.ResendTicks)
        {
            SendRound();
        }
    }

    /// <summary>Ends the lease; until <see cref="AllowLease"/> no further one is asked for.</summary>
    public void BarLease()
    {
        _isLeaseBarred = true;
        _lease.Drop();
    }

    public void AllowLease() => _isLeaseBarred = false;

    /// <summary>The clock cannot be trusted: neither the lease nor the round on its way counts. Reads go on, by rounds.</summary>
    public void DropLease() => _lease.Drop();

    public void RefuseAll()
    {
        _lease.Drop();
        foreach (Asked asked in _inRound.Concat(_waiting))
        {
            if (asked.Question is null)
            {
                outbox.Effects.ReadsRefused.Add(asked.Id);
            }
        }

        _inRound.Clear();
        _waiting.Clear();
    }

    private void Ask(Asked asked)
    {
        if (!HoldsLease)
        {
            _waiting.Add(asked);
            StartRounds();
            return;
        }

        Answer(asked, acceptor.Decided);
        if (_inRound.Count == 0 && WantsGrant && _lease.IsRenewalDue)
        {
            StartRound();
        }
    }

    /// <summary>Runs the next round if none runs; in a group of one it is over at once.</summary>
    private void StartRounds()
    {
        if (!_isOpen || _inRound.Count > 0 || _waiting.Count == 0)
        {
            return;
        }

        (_inRound, _waiting) = (_waiting, _inRound);
        StartRound();
        EndRoundIfConfirmed();
    }

    private void StartRound()
    {
        _round = outbox.NextNumber();
        _through = acceptor.Decided;
        _confirmed.Clear();
        _confirmed.Add(members.Self);
        _granted.Clear();
        _granted.Add(members.Self);
        if (WantsGrant)
        {
            _lease.OnRoundSent(_round);
        }

        SendRound();
        EndRoundIfGranted();
    }

    /// <summary>A round that is sent again keeps its id, and its lease counts from the first sending.</summary>
    private void SendRound()
    {
        _sinceSent = 0;
        for (int member = 0; member < members.Count; member++)
        {
            if (member != members.Self && members.IsUp(member) && !_confirmed.Contains(member))
            {
                outbox.Send(members[member].Id, new ConfirmRead(acceptor.Configuration, ballot, _round, WantsGrant));
            }
        }
    }

    /// <summary>With the lease everything that waits is answered, also what came after the round had begun: the lease speaks for now.</summary>
    private void EndRoundIfGranted()
    {
        if (!_granted.HasQuorum)
        {
            return;
        }

        _lease.OnGranted(_round);
        if (HoldsLease)
        {
            AnswerAll(_inRound, acceptor.Decided);
            AnswerAll(_waiting, acceptor.Decided);
        }
    }

    private void EndRoundIfConfirmed()
    {
        if (_confirmed.HasQuorum)
        {
            AnswerAll(_inRound, _through);
        }
    }

    private void AnswerAll(List<Asked> asked, Slot through)
    {
        foreach (Asked one in asked)
        {
            Answer(one, through);
        }

        asked.Clear();
    }

    private void Answer(Asked asked, Slot through)
    {
        Invariant.Require(acceptor.Promised == ballot && _isOpen, $"promised {acceptor.Promised}, leads in {ballot}, open {_isOpen}");
        if (asked.Question is { } question)
        {
            outbox.Send(members[(int)asked.Id].Id, new DecidedIs(acceptor.Configuration, ballot, question.Session, question.Round, through));
        }
        else
        {
            outbox.Effects.ReadsReady.Add(new ReadReady(asked.Id, through));
        }
    }

    /// <summary>Who asked: a read of this replica's caller by its id, or with a question the follower of that index.</summary>
    private readonly record struct Asked(long Id, AskDecided? Question);
}
