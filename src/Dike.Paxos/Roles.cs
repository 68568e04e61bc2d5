namespace Dike.Paxos;

/// <summary>
/// The role a replica plays, and the way from one to the next: follower until it stands for election, candidate until it may lead or is beaten, leader
/// until a higher ballot rules. Checks who speaks for a ballot before a role sees a message: only its owner does. Owned by <see cref="Replica"/>.
/// </summary>
internal sealed class Roles(Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private readonly Follower _follower = new(members, acceptor, outbox, options);
    private readonly Election _election = new(members, options);
    private Candidate? _candidate;
    private Leader? _leader;
    private Ballot _highestSeen = acceptor.Promised;

    public bool IsLeader => _leader is not null;

    /// <summary>The ballot in which this replica stands or leads, or <see cref="Ballot.None"/>.</summary>
    public Ballot OwnBallot => _leader?.Ballot ?? _candidate?.Ballot ?? Ballot.None;

    public ReplicaId Leader => IsLeader ? Self : _follower.Leader;

    private ReplicaId Self => members[members.Self].Id;

    private bool IsFollower => _leader is null && _candidate is null;

    public void Start()
    {
        if (members.Count == 1)
        {
            Stand();
        }
    }

    public Slot Propose(int count, EntryKind kind, ReadOnlyMemory<byte> payload) => _leader?.Propose(count, kind, payload) ?? Slot.None;

    public void Read(long readId)
    {
        if (_leader is null)
        {
            outbox.Effects.ReadsRefused.Add(readId);
        }
        else
        {
            _leader.Read(readId);
        }
    }

    public void OnSynced()
    {
        _candidate?.OnSynced();
        _leader?.OnSynced();
    }

    public void OnPeerUp(int peer)
    {
        _leader?.OnPeerUp(peer);
        _candidate?.OnPeerUp(peer);
        if (IsFollower)
        {
            _follower.OnPeerUp(peer);
        }
    }

    public void OnPeerDown(int peer)
    {
        _leader?.OnPeerDown(peer);
        _candidate?.OnPeerDown(peer);
        _follower.OnPeerDown(peer);
    }

    public void OnTick()
    {
        _leader?.OnTick();
        _candidate?.OnTick();
        if (IsFollower)
        {
            _follower.OnTick();
            if (_election.OnTick(_follower.HasLivingLeader))
            {
                Stand();
            }
        }
    }

    /// <summary>Changes the role if the last input brought that about. Ends every step.</summary>
    public void Settle()
    {
        if (_candidate is { HasFailed: true })
        {
            _election.OnFailed();
            BecomeFollower();
        }

        if (_candidate is { IsComplete: true } candidate)
        {
            _candidate = null;
            _leader = new Leader(candidate, members, acceptor, outbox, options);
        }

        if (_leader is { MustStandAgain: true })
        {
            Stand();
        }

        Invariant.Require(_leader is null || _candidate is null);
        Invariant.Require(IsFollower || OwnBallot == acceptor.Promised, $"own ballot {OwnBallot}, promised {acceptor.Promised}");
        Invariant.Require(IsFollower || OwnBallot.Owner == Self, $"own ballot {OwnBallot}, replica {Self}");
        Invariant.Require(_leader is null || acceptor.Accepted == OwnBallot, $"leads in {OwnBallot}, accepted {acceptor.Accepted}");
    }

    /// <summary>
    /// The rule of an acceptor, with one exception that concerns liveness only: whoever is served by a living leader turns other candidates away, so that
    /// a member that merely cannot reach the leader does not depose it again and again.
    /// </summary>
    public bool OnPrepare(int sender, Prepare prepare)
    {
        if (!Owns(sender, prepare.Ballot))
        {
            return false;
        }

        See(prepare.Ballot);
        if (prepare.Ballot < acceptor.Promised)
        {
            SendRefuse(sender, prepare.Ballot);
            return true;
        }

        if (prepare.Ballot > acceptor.Promised)
        {
            if (TurnsAway(sender, prepare.Ballot))
            {
                SendRefuse(sender, prepare.Ballot);
                return true;
            }

            BecomeFollower();
            acceptor.Promise(prepare.Ballot);
        }

        _election.Defer();
        _follower.OnPrepare(sender, prepare);
        return true;
    }

    public bool OnPromise(int sender, Promise promise) =>
        promise.Ballot.Owner == Self
        && (_candidate?.OnPromise(sender, promise) ?? true)
        && (_leader?.OnPromise(sender, promise) ?? true);

    /// <summary>From a candidate to a promiser, or from a follower to its leader.</summary>
    public bool OnPullLog(int sender, PullLog pull)
    {
        if (pull.Ballot.Owner == Self)
        {
            return _leader?.OnPullLog(sender, pull) ?? true;
        }

        if (!Owns(sender, pull.Ballot))
        {
            return false;
        }

        if (pull.Ballot != acceptor.Promised)
        {
            return true;
        }

        if (!acceptor.Log.EndsAt(pull.After))
        {
            return false;
        }

        acceptor.SendAfterLog(
            members[sender].Id,
            new LogChunk(
                acceptor.Configuration, pull.Ballot, pull.Nonce, pull.After, acceptor.Log.Behind(pull.After, options.MaxChunkBytes), acceptor.Log.Last));
        return true;
    }

    /// <summary>From a promiser to a candidate, or from a leader to a follower.</summary>
    public bool OnLogChunk(int sender, LogChunk chunk)
    {
        if (chunk.Ballot.Owner == Self)
        {
            return _candidate?.OnLogChunk(sender, chunk) ?? true;
        }

        return Owns(sender, chunk.Ballot) && (chunk.Ballot != acceptor.Promised || _follower.OnLogChunk(sender, chunk));
    }

    public bool OnAcceptSync(int sender, AcceptSync sync) =>
        Owns(sender, sync.Ballot)
        && sync.Ballot <= acceptor.Promised
        && (RefusesLower(sender, sync.Ballot) || _follower.OnAcceptSync(sender, sync));

    public bool OnAccept(int sender, Accept accept) =>
        Owns(sender, accept.Ballot)
        && (RefusesLower(sender, accept.Ballot) || _follower.OnAccept(sender, accept));

    public bool OnDecide(int sender, Decide decide)
    {
        if (!Owns(sender, decide.Ballot))
        {
            return false;
        }

        if (!RefusesLower(sender, decide.Ballot))
        {
            _follower.OnDecide(sender, decide);
        }

        return true;
    }

    public bool OnAccepted(int sender, Accepted accepted) =>
        accepted.Ballot.Owner == Self && (_leader?.OnAccepted(sender, accepted) ?? true);

    public bool OnRefuse(int sender, Refuse refuse)
    {
        See(refuse.Promised);
        _leader?.OnRefuse(sender, refuse);
        _candidate?.OnRefuse(sender, refuse);
        if (IsFollower)
        {
            _follower.OnRefuse(sender, refuse);
        }

        return true;
    }

    public bool OnAskPrepare(int sender, AskPrepare ask)
    {
        See(ask.Promised);
        if (_leader is not null)
        {
            _leader.OnAskPrepare(sender, ask);
        }
        else if (_candidate is null && ask.Promised.Owner == Self)
        {
            SendRefuse(sender, ask.Promised);
        }

        return true;
    }

    /// <summary>A promise above the ballot may already have a quorum behind it that decided more; anything else confirms that it had not when this was asked.</summary>
    public bool OnConfirmRead(int sender, ConfirmRead confirm)
    {
        if (!Owns(sender, confirm.Ballot))
        {
            return false;
        }

        if (!RefusesLower(sender, confirm.Ballot))
        {
            outbox.Send(members[sender].Id, new ReadConfirmed(acceptor.Configuration, confirm.Ballot, confirm.Round));
        }

        return true;
    }

    public bool OnReadConfirmed(int sender, ReadConfirmed confirmed)
    {
        if (confirmed.Ballot.Owner != Self)
        {
            return false;
        }

        _leader?.OnReadConfirmed(sender, confirmed);
        return true;
    }

    private bool Owns(int sender, Ballot ballot) => ballot.Owner == members[sender].Id;

    private void See(Ballot ballot) => _highestSeen = ballot > _highestSeen ? ballot : _highestSeen;

    private bool TurnsAway(int sender, Ballot ballot)
    {
        if (_leader is { HasQuorumInSession: true })
        {
            _leader.OnRival(ballot);
            return true;
        }

        if (IsFollower && _follower.HasLivingLeader && _follower.Leader != members[sender].Id)
        {
            _follower.VerifyLeader();
            return true;
        }

        return false;
    }

    private bool RefusesLower(int sender, Ballot ballot)
    {
        if (ballot >= acceptor.Promised)
        {
            return false;
        }

        SendRefuse(sender, ballot);
        return true;
    }

    private void SendRefuse(int to, Ballot asked) =>
        acceptor.SendAfterPromise(members[to].Id, new Refuse(acceptor.Configuration, asked, acceptor.Promised));

    /// <summary>
    /// Stands for election above everything seen. A ballot belongs to one boot: the new one lies above the recovered promise also when that was this
    /// replica's own, because what it sent in it before the restart may still be on its way.
    /// </summary>
    private void Stand()
    {
        _leader?.StepDown();
        _leader = null;
        _follower.Reset();
        _election.OnStanding();
        See(acceptor.Promised);
        var ballot = new Ballot(_highestSeen.Number + 1, members[members.Self].Priority, Self);
        Invariant.Require(ballot > acceptor.Promised, $"{ballot}, promised {acceptor.Promised}");
        _candidate = new Candidate(ballot, members, acceptor, outbox, options);
        _candidate.Start();
    }

    private void BecomeFollower()
    {
        _leader?.ResignToAll();
        _leader?.StepDown();
        _leader = null;
        _candidate = null;
        _follower.Reset();
    }
}
