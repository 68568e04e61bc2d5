using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// One candidacy: a ballot of this replica from its promise to the moment it may lead. It leads once a quorum, itself included after its own sync,
/// has promised the ballot and it holds the newest log among them. Owned by <see cref="Roles"/>, which looks at <see cref="IsComplete"/> and
/// <see cref="HasFailed"/> after each step.
/// </summary>
internal sealed class Candidate(Ballot ballot, Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private readonly Promise?[] _promises = new Promise?[members.Count];
    private readonly long[] _nonces = new long[members.Count];
    private readonly Votes _promised = new(members.Count);
    private readonly Votes _refused = new(members.Count);
    private LogPull? _pull;
    private int _source = -1;
    private int _sinceSent;
    private int _sinceProgress;

    public Ballot Ballot => ballot;

    /// <summary>Whether the candidate may lead; <see cref="Adopted"/> says with which log.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether the ballot is beaten, or its quorum out of reach.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The log to lead with. Only when complete.</summary>
    public AdoptedLog Adopted
    {
        get
        {
            Invariant.Require(IsComplete);
            Ballot accepted = _source < 0 ? acceptor.Accepted : _promises[_source]!.AcceptedBallot;
            Slot decided = acceptor.Decided;
            foreach (Promise? promise in _promises)
            {
                decided = promise is not null && promise.Decided > decided ? promise.Decided : decided;
            }

            return _pull is null
                ? new AdoptedLog(accepted, acceptor.Log.Last, [], decided)
                : new AdoptedLog(accepted, _pull.Keep, _pull.With([]), decided);
        }
    }

    /// <summary>The promise of a member, to be synchronised first thing as leader, or null.</summary>
    public Promise? PromiseOf(int member) => _promises[member];

    public long NonceOf(int member) => _nonces[member];

    /// <summary>Promises the own ballot and asks all that are there.</summary>
    public void Start()
    {
        Invariant.Require(ballot.Owner == members[members.Self].Id);
        acceptor.Promise(ballot);
        for (int member = 0; member < members.Count; member++)
        {
            if (member != members.Self && members.IsUp(member))
            {
                SendFreshPrepare(member);
            }
        }
    }

    public void OnSynced()
    {
        if (acceptor.IsPromiseSynced && !_promised.Contains(members.Self))
        {
            _promised.Add(members.Self);
            Evaluate();
        }
    }

    /// <returns>False if the promise makes no sense.</returns>
    public bool OnPromise(int sender, Promise promise)
    {
        if (promise.Ballot != ballot || promise.Nonce != _nonces[sender] || _promises[sender] is not null)
        {
            return true;
        }

        if (promise.AcceptedBallot >= ballot)
        {
            return false;
        }

        _promises[sender] = promise;
        _promised.Add(sender);
        _refused.Remove(sender);
        _sinceProgress = 0;
        Evaluate();
        return true;
    }

    /// <summary>
    /// A higher promise beats the ballot. A lower one means that the sender follows a living leader: as long as a quorum may still promise, that is no end.
    /// </summary>
    public void OnRefuse(int sender, Refuse refuse)
    {
        if (refuse.Asked != ballot || _promises[sender] is not null)
        {
            return;
        }

        _refused.Add(sender);
        HasFailed |= refuse.Promised > ballot || _refused.Count > members.Count - Quorum.Of(members.Count);
    }

    /// <returns>False if the chunk makes no sense.</returns>
    public bool OnLogChunk(int sender, LogChunk chunk)
    {
        if (chunk.Ballot != ballot || sender != _source || _pull is null || IsComplete || !_pull.TryAdd(chunk))
        {
            return true;
        }

        Slot end = _promises[_source]!.Last;
        if (_pull.End > end)
        {
            Forget(sender);
            return false;
        }

        _sinceProgress = 0;
        _sinceSent = 0;
        IsComplete = _pull.End == end;
        if (!IsComplete)
        {
            SendPull();
        }

        return true;
    }

    /// <summary>What the source holds is cut: this candidate needs its snapshot first, and asks again until it has it.</summary>
    public void OnOfferSnapshot(int sender, OfferSnapshot offer)
    {
        if (offer.Ballot == ballot && sender == _source && _pull is not null && offer.Nonce == _pull.Nonce && offer.Snapshot.Slot > acceptor.Decided)
        {
            _sinceProgress = 0;
            outbox.Effects.SnapshotsWanted.Add(new SnapshotWanted(members[sender].Id, offer.Snapshot));
        }
    }

    /// <summary>A snapshot was installed: the own log is another now, so the newest one is looked for again.</summary>
    public void OnInstalled()
    {
        _pull = null;
        _source = -1;
        IsComplete = false;
        Evaluate();
    }

    public void OnPeerUp(int peer)
    {
        Forget(peer);
        SendFreshPrepare(peer);
    }

    public void OnPeerDown(int peer)
    {
        Forget(peer);
        HasFailed |= !members.IsQuorumConnected;
    }

    public void OnTick()
    {
        _sinceProgress++;
        _sinceSent++;
        if (_sinceProgress >= options.ElectionTimeoutTicks)
        {
            GiveUpWaiting();
        }
        else if (_sinceSent >= options.ResendTicks)
        {
            Resend();
        }
    }

    private void GiveUpWaiting()
    {
        if (_source < 0)
        {
            HasFailed = true;
            return;
        }

        // The best promiser has fallen silent: its promise no longer counts, and the others' logs are looked at again.
        _sinceProgress = 0;
        Forget(_source);
        Evaluate();
    }

    /// <summary>
    /// Asks again, with the same nonces: an answer that is merely slow still counts. Those who have promised are asked too, so that they see the candidate
    /// alive while it pulls, and wait.
    /// </summary>
    private void Resend()
    {
        _sinceSent = 0;
        for (int member = 0; member < members.Count; member++)
        {
            if (member != members.Self && members.IsUp(member))
            {
                SendPrepare(member);
            }
        }

        if (_pull is not null)
        {
            SendPull();
        }
    }

    /// <summary>
    /// With a quorum of promises: leads with the newest log among them, the one with the highest (accepted ballot, length), which holds all that may
    /// have been decided below this ballot (Sequence Paxos, phase 1). If that is another's log, it is pulled first.
    /// </summary>
    private void Evaluate()
    {
        if (_pull is not null || IsComplete || !_promised.HasQuorum || !_promised.Contains(members.Self))
        {
            return;
        }

        (Ballot Accepted, Slot Last) best = (acceptor.Accepted, acceptor.Log.Last);
        _source = -1;
        for (int member = 0; member < members.Count; member++)
        {
            if (_promises[member] is { } promise && (promise.AcceptedBallot, promise.Last).CompareTo(best) > 0)
            {
                best = (promise.AcceptedBallot, promise.Last);
                _source = member;
            }
        }

        if (_source < 0)
        {
            IsComplete = true;
            return;
        }

        // Two logs last written in one ballot are prefixes of one leader's log; otherwise only the decided part is surely common.
        _pull = new LogPull(_nonces[_source], best.Accepted == acceptor.Accepted ? acceptor.Log.Last : acceptor.Decided);
        IsComplete = _pull.End == best.Last;

        // More is decided here, by a snapshot, than the newest promised log has: it was decided in a higher ballot.
        HasFailed |= _pull.End > best.Last;
        if (!IsComplete && !HasFailed)
        {
            _sinceSent = 0;
            SendPull();
        }
    }

    private void Forget(int peer)
    {
        _promises[peer] = null;
        _promised.Remove(peer);
        _refused.Remove(peer);
        if (peer == _source)
        {
            _source = -1;
            _pull = null;
        }
    }

    private void SendPull() =>
        outbox.Send(members[_source].Id, new PullLog(acceptor.Configuration, ballot, _pull!.Nonce, _pull.End));

    private void SendFreshPrepare(int peer)
    {
        _nonces[peer] = outbox.NextNumber();
        SendPrepare(peer);
    }

    /// <summary>A candidate's own promise is synced before its Prepare leaves: after a crash it must not stand again with the same ballot.</summary>
    private void SendPrepare(int peer)
    {
        if (_nonces[peer] == 0)
        {
            _nonces[peer] = outbox.NextNumber();
        }

        acceptor.SendAfterPromise(members[peer].Id, new Prepare(acceptor.Configuration, ballot, _nonces[peer]));
    }
}

/// <summary>The log with which a leader starts.</summary>
/// <param name="Accepted">The ballot in which it was written.</param>
/// <param name="Keep">The last slot of the own log that stays.</param>
/// <param name="Batches">What follows it.</param>
/// <param name="Decided">The highest decided slot known in the quorum.</param>
internal readonly record struct AdoptedLog(Ballot Accepted, Slot Keep, ImmutableArray<EntryBatch> Batches, Slot Decided);
