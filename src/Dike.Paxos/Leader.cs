using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// One leader epoch: has promised followers brought to its log, sends them what is proposed, counts what a quorum has synced in its ballot, answers
/// reads. Its log in its ballot only grows, so a follower's log in the ballot is always a prefix of it. Owned by <see cref="Roles"/>, which looks at
/// <see cref="MustStandAgain"/> after each step.
/// </summary>
internal sealed class Leader
{
    private readonly LeaderEpoch _epoch;
    private readonly Membership _members;
    private readonly Acceptor _acceptor;
    private readonly PaxosOptions _options;
    private readonly FollowerStream[] _streams;
    private readonly ReadRounds _reads;
    private Ballot _rival;
    private int _rivalTicks;

    /// <summary>
    /// Starts to lead with what the candidacy found: adopts that log in the own ballot, with the epoch's first entry, and synchronises who has promised.
    /// </summary>
    public Leader(Candidate candidate, Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
    {
        AdoptedLog adopted = candidate.Adopted;
        _epoch = new LeaderEpoch(candidate.Ballot, adopted.Accepted, adopted.Batches.IsEmpty ? adopted.Keep : adopted.Batches[^1].Last);
        _members = members;
        _acceptor = acceptor;
        _options = options;
        _reads = new ReadRounds(Ballot, members, acceptor, outbox, options);

        var epochStart = new EntryBatch(_epoch.Start, 1, EntryKind.EpochStart, ReadOnlyMemory<byte>.Empty);
        acceptor.Adopt(Ballot, adopted.Keep, adopted.Batches.Add(epochStart));
        LearnDecided(adopted.Decided);
        _streams = new FollowerStream[members.Count];
        for (int member = 0; member < members.Count; member++)
        {
            _streams[member] = new FollowerStream(member, _epoch, members, acceptor, outbox, options);
            _streams[member].Continue(candidate.NonceOf(member));
            if (candidate.PromiseOf(member) is { } promise)
            {
                OnPromise(member, promise);
            }
        }
    }

    public Ballot Ballot => _epoch.Ballot;

    /// <summary>Whether a higher ballot is about that nobody seems to lead in: the leader must prepare again above it.</summary>
    public bool MustStandAgain { get; private set; }

    /// <summary>Whether a quorum, on its present links, is synchronised with this leader: then it is healthy, and candidates are turned away.</summary>
    public bool HasQuorumInSession
    {
        get
        {
            int count = 1;
            for (int member = 0; member < _members.Count; member++)
            {
                count += IsPeerUp(member) && _streams[member].IsInSession ? 1 : 0;
            }

            return count >= Quorum.Of(_members.Count);
        }
    }

    /// <summary>Appends a batch and sends it at once to all in session, in parallel with the own sync.</summary>
    public Slot Propose(int count, EntryKind kind, ReadOnlyMemory<byte> payload)
    {
        var batch = new EntryBatch(_acceptor.Log.Last + 1, count, kind, payload);
        ImmutableArray<EntryBatch> batches = [batch];
        _acceptor.Append(batches);
        foreach (FollowerStream stream in _streams)
        {
            stream.SendAccept(batches);
        }

        return batch.First;
    }

    public void Read(long readId) => _reads.Ask(readId);

    public void OnReadConfirmed(int sender, ReadConfirmed confirmed)
    {
        if (confirmed.Ballot == Ballot && !_streams[sender].IsExpelled)
        {
            _reads.OnConfirmed(sender, confirmed.Round);
        }
    }

    /// <returns>False if the promise makes no sense.</returns>
    public bool OnPromise(int sender, Promise promise)
    {
        if (!_streams[sender].Awaits(promise))
        {
            return true;
        }

        // Before anything else of the promise is believed: its sender may not know any more what it voted for.
        if (_streams[sender].HasForgotten(promise))
        {
            _streams[sender].Expel();
            return false;
        }

        if (_epoch.CommonEnd(promise, _acceptor.Log) is not { } keep)
        {
            return false;
        }

        LearnDecided(promise.Decided);
        _streams[sender].OnPromise(keep);
        return true;
    }

    /// <returns>False if the request makes no sense.</returns>
    public bool OnPullLog(int sender, PullLog pull) => pull.Ballot != Ballot || _streams[sender].OnPullLog(pull);

    /// <returns>False if the vote makes no sense.</returns>
    public bool OnAccepted(int sender, Accepted accepted)
    {
        if (accepted.Ballot != Ballot)
        {
            return true;
        }

        if (!_acceptor.Log.EndsAt(accepted.Last))
        {
            return false;
        }

        _streams[sender].OnAccepted(accepted);
        CountVotes();
        return true;
    }

    public void OnSynced() => CountVotes();

    public void OnAskPrepare(int sender, AskPrepare ask)
    {
        if (ask.Promised > Ballot)
        {
            OnRival(ask.Promised);
        }
        else if (_members.IsQuorumConnected)
        {
            _streams[sender].OnAskPrepare();
        }
        else
        {
            _streams[sender].Resign();
        }
    }

    public void OnRefuse(int sender, Refuse refuse)
    {
        if (refuse.Asked == Ballot && refuse.Promised > Ballot)
        {
            _streams[sender].Leave();
            OnRival(refuse.Promised);
        }
    }

    /// <summary>
    /// There is a promise of a ballot above the own one. If its owner leads, it will say so when asked and this leader steps down; if nothing comes of
    /// it, or the owner is not there and this leader's quorum is gone, the leader prepares again above it.
    /// </summary>
    public void OnRival(Ballot promised)
    {
        if (promised <= Ballot || promised <= _rival)
        {
            return;
        }

        _rival = promised;
        _rivalTicks = 0;
        int owner = _members.IndexOf(promised.Owner);
        bool canAsk = owner >= 0 && IsPeerUp(owner);
        if (canAsk)
        {
            _acceptor.SendAfterPromise(promised.Owner, new AskPrepare(_acceptor.Configuration, Ballot));
        }

        MustStandAgain |= !canAsk && !HasQuorumInSession && _members.IsQuorumConnected;
    }

    public void OnPeerUp(int peer)
    {
        _streams[peer].Leave();
        for (int member = 0; member < _members.Count; member++)
        {
            if (IsPeerUp(member) && _members.IsQuorumConnected)
            {
                _streams[member].PrepareIfApart();
            }
        }
    }

    /// <summary>
    /// Without a connected quorum the ballot is kept but nobody is asked to rely on it: those still connected are told to look for another leader.
    /// </summary>
    public void OnPeerDown(int peer)
    {
        _streams[peer].Leave();
        if (!_members.IsQuorumConnected)
        {
            ResignToAll();
        }
    }

    public void OnTick()
    {
        if (_rival > Ballot && ++_rivalTicks >= _options.ResendTicks)
        {
            MustStandAgain |= _members.IsQuorumConnected;
        }

        for (int member = 0; member < _members.Count; member++)
        {
            if (IsPeerUp(member) && _members.IsQuorumConnected)
            {
                _streams[member].Remind();
            }
        }

        _reads.OnTick();
    }

    /// <summary>Ends the epoch: another ballot rules, or a higher one of the same owner is about to.</summary>
    public void StepDown() => _reads.RefuseAll();

    public void ResignToAll()
    {
        for (int member = 0; member < _members.Count; member++)
        {
            if (IsPeerUp(member))
            {
                _streams[member].Resign();
            }
        }
    }

    private bool IsPeerUp(int member) => member != _members.Self && _members.IsUp(member);

    /// <summary>
    /// Decides what a quorum has synced in this ballot. Copies accepted in earlier ballots never count, however many there are: a later leader that did
    /// not see them could still put others in their place (the Raft paper, figure 8). They count once AcceptSync has brought them into this ballot.
    /// </summary>
    private void CountVotes()
    {
        Span<Slot> reached = stackalloc Slot[_members.Count];
        for (int member = 0; member < reached.Length; member++)
        {
            reached[member] = member == _members.Self ? _acceptor.SyncedIn(Ballot) : _streams[member].Accepted;
        }

        Slot decided = Quorum.Reached(reached);
        if (decided <= _acceptor.Decided)
        {
            return;
        }

        Invariant.Require(_acceptor.Accepted == Ballot, $"accepted {_acceptor.Accepted}, leads in {Ballot}");
        _acceptor.Decide(decided);
        if (decided >= _epoch.Start)
        {
            _reads.Open();
        }

        // With more in flight the decided slot rides on the next Accept, or leaves with the next tick.
        if (decided == _acceptor.Log.Last)
        {
            foreach (FollowerStream stream in _streams)
            {
                stream.SendDecide();
            }
        }
    }

    /// <summary>A promiser may know more to be decided than this leader; all of it is in the adopted log.</summary>
    private void LearnDecided(Slot decided)
    {
        if (decided > _acceptor.Decided && decided <= _epoch.AdoptedLast && _acceptor.Log.EndsAt(decided))
        {
            _acceptor.Decide(decided);
        }
    }
}
