using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// One leader epoch: has promised followers brought to its log, sends them what is proposed, counts what a quorum has synced in its ballot, answers
/// reads. Its log in its ballot only grows, so a follower's log in the ballot is always a prefix of it. Owned by <see cref="Roles"/>, which looks at
/// <see cref="HasRival"/> with each tick.
/// </summary>
internal sealed class Leader
{
    private readonly LeaderEpoch _epoch;
    private readonly Membership _members;
    private readonly Acceptor _acceptor;
    private readonly FollowerStream[] _streams;
    private readonly ReadRounds _reads;
    private readonly LearnerPolls _learners;
    private readonly LeaderTransfer _transfer;
    private Ballot _rival;

    /// <summary>
    /// Starts to lead with what the candidacy found: adopts that log in the own ballot, with the epoch's first entry, and synchronises who has promised.
    /// </summary>
    public Leader(Candidate candidate, Membership members, Acceptor acceptor, Outbox outbox, ReplicaClock clock, PaxosOptions options)
    {
        AdoptedLog adopted = candidate.Adopted;
        bool isSealed = adopted.Batches.IsEmpty ? acceptor.IsSealed : adopted.Batches[^1].Kind == EntryKind.StopSign;
        _epoch = new LeaderEpoch(candidate.Ballot, adopted.Accepted, adopted.Batches.IsEmpty ? adopted.Keep : adopted.Batches[^1].Last, isSealed);
        _members = members;
        _acceptor = acceptor;
        _reads = new ReadRounds(Ballot, members, acceptor, outbox, clock, options);
        _learners = new LearnerPolls(acceptor, options);

        var epochStart = new EntryBatch(_epoch.Start, 1, EntryKind.EpochStart, ReadOnlyMemory<byte>.Empty);
        acceptor.Adopt(Ballot, adopted.Keep, isSealed ? adopted.Batches : adopted.Batches.Add(epochStart));
        LearnDecided(adopted.Decided);
        _streams = new FollowerStream[members.Count];
        _transfer = new LeaderTransfer(Ballot, _streams, _reads, members, acceptor, outbox, options);
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

    /// <summary>Whether somebody has promised a higher ballot: then the leader finds out whether somebody leads in it.</summary>
    public bool HasRival => _rival > Ballot;

    public bool HoldsLease => _reads.HoldsLease;

    public bool IsTransferring => _transfer.IsUnderWay;

    /// <summary>Whether there is anybody to hand over to.</summary>
    public bool CanTransfer => _transfer.IsPossible;

    /// <summary>Whether nothing waits and all members that are there have acknowledged all there is.</summary>
    public bool IsQuiet
    {
        get
        {
            bool isQuiet = _members.IsQuorumConnected && !HasRival && !IsTransferring && _reads.IsQuiet && _learners.IsQuiet && _acceptor.SyncedIn(Ballot) == _acceptor.Log.Last;
            for (int member = 0; member < _members.Count; member++)
            {
                isQuiet &= !IsPeerUp(member) || _streams[member].IsAbreast;
            }

            return isQuiet;
        }
    }

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
    /// <returns>Its first slot; none behind a stop-sign, or while leadership is being handed over.</returns>
    public Slot Propose(int count, EntryKind kind, ReadOnlyMemory<byte> payload)
    {
        if (IsTransferring || _acceptor.IsSealed)
        {
            return Slot.None;
        }

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
            _reads.OnConfirmed(sender, confirmed);
        }
    }

    public void OnAskDecided(int sender, AskDecided ask)
    {
        if (ask.Ballot == Ballot)
        {
            _reads.Ask(ask, sender);
        }
    }

    /// <inheritdoc cref="LeaderTransfer.Begin"/>
    public string? Transfer(ReplicaId to) => _transfer.Begin(to);

    public bool IsHandedTo(int member) => _transfer.IsHandedTo(member);

    public void HandOverIfRested() => _transfer.BeginIfRested();

    /// <inheritdoc cref="ReadRounds.DropLease"/>
    public void DropLease() => _reads.DropLease();

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

        if (accepted.Last >= _acceptor.Log.Base && !_acceptor.Log.EndsAt(accepted.Last))
        {
            return false;
        }

        _streams[sender].OnAccepted(accepted);
        CountVotes();
        _transfer.Advance();
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

    /// <summary>There is a promise of a ballot above the own one. Whether its owner leads in it the members are asked about; see <see cref="Election"/>.</summary>
    public void OnRival(Ballot promised) => _rival = promised > _rival ? promised : _rival;

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
        _transfer.OnPeerDown(peer);
        if (!_members.IsQuorumConnected)
        {
            ResignToAll();
        }
    }

    public void OnLearn(ReplicaId from, Learn learn) => _learners.OnLearn(from, learn);

    public bool IsCaughtUp(ReplicaId learner) => _learners.IsCaughtUp(learner);

    /// <summary>Seals the configuration with a stop-sign that names <paramref name="next"/>, in the order of their ids.</summary>
    /// <returns>Why that is not possible, or null.</returns>
    public string? ChangeMembers(ImmutableArray<Member> next)
    {
        if (_acceptor.IsSealed)
        {
            return "Another change of members is under way.";
        }

        if (IsTransferring)
        {
            return "Leadership is being handed over; ask the next leader.";
        }

        if (_acceptor.Decided < _epoch.Start)
        {
            return "This leader has decided nothing yet; ask again.";
        }

        if (ConfigurationChange.FaultOf(_acceptor.Members, next) is { } fault)
        {
            return fault;
        }

        int caughtUp = next.Count(IsCaughtUp);
        if (caughtUp < Quorum.Of(next.Length))
        {
            return $"Only {caughtUp} of the {next.Length} next members hold all that is decided, a quorum is {Quorum.Of(next.Length)}; let the newcomers learn first.";
        }

        var stopSign = new StopSign(new ConfigurationId(_acceptor.Configuration.Value + 1), next);
        Slot slot = Propose(1, EntryKind.StopSign, stopSign.ToPayload());
        Invariant.Require(slot != Slot.None && _acceptor.IsSealed, $"{stopSign} at slot {slot}");
        return null;
    }

    public void OnTick()
    {
        _learners.OnTick();
        for (int member = 0; member < _members.Count; member++)
        {
            if (IsPeerUp(member) && _members.IsQuorumConnected)
            {
                _streams[member].Remind();
            }
        }

        _reads.OnTick();
        _transfer.OnTick();
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

    private bool IsCaughtUp(Member member)
    {
        int index = _members.IndexOf(member.Id);
        return index < 0 ? _learners.IsCaughtUp(member.Id, member.Incarnation) : index == _members.Self || _streams[index].IsCaughtUp;
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
