using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// The role a replica plays, and the way from one to the next: follower until it stands for election, candidate until it may lead or is beaten, leader
/// until a higher ballot rules. Sees every message that may bring that about; who speaks for a ballot is checked first: only its owner does. Owned by <see cref="Replica"/>.
/// </summary>
internal sealed class Roles(Membership members, Acceptor acceptor, Outbox outbox, ReplicaClock clock, LeaseGrant grant, PaxosOptions options)
{
    private readonly Follower _follower = new(members, acceptor, outbox, clock, options);
    private readonly Election _election = new(members, acceptor, outbox, options);
    private bool _mayLead = true;
    private Candidate? _candidate;
    private Leader? _leader;
    private Ballot _highestSeen = acceptor.Promised;

    public bool IsLeader => _leader is not null;

    /// <summary>The ballot in which this replica stands or leads, or <see cref="Ballot.None"/>.</summary>
    public Ballot OwnBallot => _leader?.Ballot ?? _candidate?.Ballot ?? Ballot.None;

    public ReplicaId Leader => IsLeader ? Self : _follower.Leader;

    /// <summary>The role played, if it is this one.</summary>
    public Leader? Leading => _leader;

    /// <summary>The role played, if it is this one.</summary>
    public Candidate? Standing => _candidate;

    /// <summary>The role played, if it is this one.</summary>
    public Follower? Following => IsFollower ? _follower : null;

    /// <summary>The follower's half, whatever the role: a higher ballot than a leader's own is news to it as well.</summary>
    public Follower Follower => _follower;

    public bool IsTransferring => _leader is { IsTransferring: true };

    /// <summary>Whether a tick would change nothing.</summary>
    public bool IsQuiet => _leader is not null
        ? _leader.IsQuiet && (_mayLead || !_leader.CanTransfer)
        : IsFollower && _follower.IsQuiet && _election.IsQuiet;

    /// <summary>Whether this replica may stand: it was granted to nobody that it will not.</summary>
    private bool MayStand => _mayLead && !grant.Refuses(Self);

    private ReplicaId Self => members[members.Self].Id;

    private bool IsFollower => _leader is null && _candidate is null;

    /// <param name="standsAtOnce">Whether this replica led in the configuration before: nobody need wait for another to lead.</param>
    public void Start(bool standsAtOnce = false)
    {
        if (members.Count == 1 || (standsAtOnce && MayStand && members.IsQuorumConnected))
        {
            Stand();
        }
    }

    public Slot Propose(int count, EntryKind kind, ReadOnlyMemory<byte> payload) => _leader?.Propose(count, kind, payload) ?? Slot.None;

    public string? Transfer(ReplicaId to) => _leader is null ? "This replica does not lead; ask the leader." : _leader.Transfer(to);

    public void SetMayLead(bool mayLead)
    {
        _mayLead = mayLead;
        if (!mayLead && _leader is { IsTransferring: false, CanTransfer: true })
        {
            _leader.Transfer(ReplicaId.None);
        }
    }

    /// <summary>See <see cref="Leader.ChangeMembers"/>.</summary>
    public string? ChangeMembers(ImmutableArray<Member> next) => _leader is null ? "This replica does not lead." : _leader.ChangeMembers(next);

    public bool IsCaughtUp(ReplicaId learner) => _leader?.IsCaughtUp(learner) ?? false;

    public void OnLearn(ReplicaId from, Learn learn) => _leader?.OnLearn(from, learn);

    /// <summary>The configuration is over: nothing is begun in it any more.</summary>
    public void Leave() => _leader?.StepDown();

    /// <summary>
    /// What others have decided is about to be put into the log. A leader must not go on from there: it would call decided in its own ballot what its followers hold at
    /// those slots, and if they needed to be told by others, that may be something else.
    /// </summary>
    public void StepAside()
    {
        if (!IsFollower || _follower.Leader != ReplicaId.None)
        {
            BecomeFollower();
        }
    }

    /// <summary>A snapshot is about to be installed ahead of what is decided: a leader must not go on, for the same reason.</summary>
    public void OnInstalling()
    {
        if (IsLeader)
        {
            BecomeFollower();
        }
    }

    public void OnInstalled()
    {
        _candidate?.OnInstalled();
        if (IsFollower)
        {
            _follower.OnInstalled();
        }
    }

    public void OnSynced()
    {
        _candidate?.OnSynced();
        _leader?.OnSynced();
    }

    public void OnLinksChanged() => _election.OnLinksChanged();

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
        _candidate?.OnTick();
        if (_leader is not null)
        {
            OnLeaderTick(_leader);
        }
        else if (IsFollower)
        {
            _follower.OnTick();
            if (_election.OnTick(_follower.HasLivingLeader, MayStand))
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
            _leader = new Leader(candidate, members, acceptor, outbox, clock, options);
        }

        Invariant.Require(_leader is null || _candidate is null);
        Invariant.Require(IsFollower || OwnBallot == acceptor.Promised, $"own ballot {OwnBallot}, promised {acceptor.Promised}");
        Invariant.Require(IsFollower || OwnBallot.Owner == Self, $"own ballot {OwnBallot}, replica {Self}");
        Invariant.Require(_leader is null || acceptor.Accepted == OwnBallot, $"leads in {OwnBallot}, accepted {acceptor.Accepted}");
    }

    /// <summary>
    /// The rule of an acceptor, with two exceptions, which promise less than it allows. Whoever is served by a living leader turns other candidates away, so that
    /// a member that merely cannot reach the leader does not depose it; and whoever granted a lease refuses everybody else until it is over.
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
            // A lease may rest on this replica's grant, or be its own: another leader elected now would write while reads are served from the old one.
            if (TurnsAway(sender, prepare.Ballot) || grant.Refuses(prepare.Ballot.Owner) || _leader is { HoldsLease: true })
            {
                SendRefuse(sender, prepare.Ballot);
                return true;
            }

            BecomeFollower();
            acceptor.Promise(prepare.Ballot);
            grant.OnPromised(prepare.Ballot);
        }

        _election.Defer();
        _follower.OnPrepare(sender, prepare);
        return true;
    }

    public bool OnPromise(int sender, Promise promise) =>
        promise.Ballot.Owner == Self
        && (_candidate?.OnPromise(sender, promise) ?? true)
        && (_leader?.OnPromise(sender, promise) ?? true);

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

    /// <summary>The leader followed wants another to lead. The one it names stands at once: the leader has seen to it that it lacks nothing.</summary>
    public bool OnHandOver(int sender, HandOver handOver)
    {
        if (!Owns(sender, handOver.Ballot) || members.IndexOf(handOver.To) is var to && (to < 0 || to == sender))
        {
            return false;
        }

        bool isFromLeader = handOver.Ballot == acceptor.Promised && IsFollower && _follower.Leader == members[sender].Id;
        if (isFromLeader && grant.HandOver(handOver.Ballot, handOver.To, handOver.Number) && handOver.To == Self && MayStand)
        {
            Stand();
        }

        return true;
    }

    public void OnProbeAnswer(int sender, ProbeAnswer answer) => _election.OnAnswer(sender, answer);

    /// <summary>Takes note of a ballot that is about: the next own one lies above it.</summary>
    public void See(Ballot ballot) => _highestSeen = ballot > _highestSeen ? ballot : _highestSeen;

    /// <summary>Whether a message in <paramref name="ballot"/> is below the promise: then its sender is told so.</summary>
    public bool RefusesLower(int sender, Ballot ballot)
    {
        if (ballot >= acceptor.Promised)
        {
            return false;
        }

        SendRefuse(sender, ballot);
        return true;
    }

    private bool Owns(int sender, Ballot ballot) => ballot.Owner == members[sender].Id;

    private bool TurnsAway(int sender, Ballot ballot)
    {
        if (grant.IsHandedTo(members[sender].Id, acceptor.Promised) || _leader?.IsHandedTo(sender) == true)
        {
            return false;
        }

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

    private void OnLeaderTick(Leader leader)
    {
        leader.OnTick();
        if (!_mayLead)
        {
            leader.HandOverIfRested();
        }

        switch (_election.OnLeaderTick(leader.Ballot, leader.HasRival))
        {
            case LeaderOutlook.MustStandAgain:
                Stand();
                break;
            case LeaderOutlook.IsReplaced:
                BecomeFollower();
                break;
        }
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
        grant.OnPromised(ballot);
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
