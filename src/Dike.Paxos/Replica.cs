using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// One replica of a group: the only entry to the consensus core. Every input is one step that changes its state and fills the caller's <see cref="Effects"/>; nothing else
/// happens. A voter of its configuration has exactly one role: follower, candidate or leader; any other replica learns. Called by the group's core, on one thread.
/// </summary>
internal sealed class Replica
{
    private readonly Outbox _outbox = new();
    private readonly Acceptor _acceptor;
    private readonly ReplicaClock _clock = new();
    private readonly Place _place;
    private (ConfigurationId Configuration, Ballot Promised, Ballot Accepted, Slot Decided) _durableBefore;
    private (bool IsLeader, ReplicaId Leader) _leadershipBefore;
    private ReplicaRole _roleBefore;
    private bool _isStarted;

    /// <param name="self">This replica, one of the members.</param>
    /// <param name="members">The founding members with their priorities (higher leads rather).</param>
    /// <param name="recovered">What the durable log gave back.</param>
    /// <param name="options">Limits and times.</param>
    /// <exception cref="ArgumentException">Members or options make no sense.</exception>
    public Replica(ReplicaId self, ImmutableArray<Member> members, RecoveredState recovered, PaxosOptions options)
        : this(FindSelf(self, members), members, recovered, options)
    {
    }

    /// <param name="self">This replica. If it is none of the members, node and incarnation included, it is a learner: a newcomer, or a founder that has lost its data.</param>
    /// <param name="members">The founding members, or for a newcomer those that are known. What <paramref name="recovered"/> says of members and of the own id wins.</param>
    /// <param name="recovered">What the durable log gave back.</param>
    /// <param name="options">Limits and times.</param>
    /// <exception cref="ArgumentException">Members or options make no sense, or the log is that of another replica.</exception>
    public Replica(Member self, ImmutableArray<Member> members, RecoveredState recovered, PaxosOptions options)
    {
        options.Validate();
        ImmutableArray<Member> sorted = members.IsDefault ? [] : [.. members.OrderBy(member => member.Id)];
        if (StopSign.FaultOf(sorted) is { } fault)
        {
            throw new ArgumentException(fault, nameof(members));
        }

        Member here = recovered.Self == ReplicaId.None ? self : self with { Id = recovered.Self };
        _acceptor = new Acceptor(recovered.Members.IsEmpty ? recovered with { Members = sorted, Self = here.Id } : recovered, _outbox);
        _place = new Place(here, _acceptor, _outbox, _clock, options);
        if (Role != ReplicaRole.Voter && recovered.Promised != Ballot.None)
        {
            throw new ArgumentException(
                $"The log has a promise of {recovered.Promised}, but replica {here.Id} on node {here.Node}, incarnation {here.Incarnation:x16}, is no member: it is another replica's.",
                nameof(recovered));
        }
    }

    /// <summary>Whether this replica leads: it may propose and serve reads (they wait for its first decided entry by themselves).</summary>
    public bool IsLeader => _place.IsLeader;

    /// <summary>The replica believed to lead, or <see cref="ReplicaId.None"/>.</summary>
    public ReplicaId Leader => _place.Leader;

    /// <summary>The highest ballot promised, synced or not.</summary>
    public Ballot Promised => _acceptor.Promised;

    /// <summary>The last slot of the log, decided or not.</summary>
    public Slot Last => _acceptor.Log.Last;

    /// <summary>The last slot known to be decided.</summary>
    public Slot Decided => _acceptor.Decided;

    /// <summary>The configuration this replica is in.</summary>
    public ConfigurationId Configuration => _acceptor.Configuration;

    /// <summary>The members of <see cref="Configuration"/>, in the order of their ids.</summary>
    public ImmutableArray<Member> Members => _acceptor.Members;

    /// <summary>This replica; its id changes only by <see cref="Admit"/>.</summary>
    public Member Self => _place.Self;

    /// <summary>Whether this replica votes, learns, or has left.</summary>
    public ReplicaRole Role => _place.Role;

    /// <summary>The snapshot behind which the log starts, or null.</summary>
    public SnapshotInfo? Snapshot => _acceptor.Snapshot;

    /// <summary>Whether a stop-sign is in the log that is not decided yet: nothing can be proposed behind it.</summary>
    public bool IsChangingMembers => _acceptor.IsSealed;

    /// <summary>Whether this replica is handing leadership over: it proposes nothing until that has succeeded or is given up.</summary>
    public bool IsTransferring => Roles is { IsTransferring: true };

    /// <summary>Whether this replica leads and may answer reads without asking anybody, by the last <see cref="TimeIs"/>.</summary>
    public bool HoldsLease => _place.Inquiries is { HoldsLease: true };

    /// <summary>Whether a tick would change nothing: nothing waits, nothing is under way, all live members know all that is decided.</summary>
    public bool IsQuiet => _place.IsQuiet && _acceptor.IsPromiseSynced && _acceptor.IsDecidedWritten;

    /// <summary>The decided batch that starts at <paramref name="first"/>, or null if none does or the log does not reach back so far.</summary>
    public EntryBatch? BatchAt(Slot first) => _acceptor.Log.StartingAt(first) is { } batch && batch.Last <= Decided ? batch : null;

    /// <summary>How many nonsensical messages were dropped.</summary>
    public long InvalidMessages { get; private set; }

    /// <summary>The role among the members, or null for a learner.</summary>
    private Roles? Roles => _place.Roles;

    /// <summary>Emits what recovery alone decides (batches up to the recovered decided slot) and, with a single member, starts to lead. Call once, first.</summary>
    public void Start(Effects effects)
    {
        Invariant.Require(!_isStarted);
        _isStarted = true;
        Begin(effects);
        _acceptor.EmitRecovered();
        _place.Start();
        End();
    }

    /// <summary>Handles a message. Nonsense is dropped and counted, never thrown for.</summary>
    /// <exception cref="InvariantViolatedException">The message proves that two replicas hold different decided entries: the group must stop.</exception>
    public void Receive(ReplicaId from, PeerMessage message, Effects effects)
    {
        Begin(effects);
        bool isPossible = from != ReplicaId.None && from != Self.Id && message.Invalid() is null;
        if (!isPossible || (_place.Admits(from, message, out int sender) ? !Step(from, sender, message) : message.Configuration == Configuration))
        {
            InvalidMessages++;
        }

        End();
    }

    /// <summary>Appends a batch if this replica leads. The batch has a slot from then on.</summary>
    /// <returns>The first slot, or <see cref="Slot.None"/> if this replica does not lead, or its members are changing: nothing was done.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1, or the kind is that of a stop-sign.</exception>
    public Slot Propose(int count, EntryKind kind, ReadOnlyMemory<byte> payload, Effects effects)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfEqual(kind, EntryKind.StopSign);
        Begin(effects);
        Slot first = Roles?.Propose(count, kind, payload) ?? Slot.None;
        End();
        return first;
    }

    /// <summary>Says that all writes up to and including <paramref name="writeNumber"/> are synced.</summary>
    public void Synced(long writeNumber, Effects effects)
    {
        Begin(effects);
        _acceptor.Synced(writeNumber);
        Roles?.OnSynced();
        End();
    }

    /// <summary>Asks for a slot through which a linearizable read must see; answered in <see cref="Effects.ReadsReady"/> or <see cref="Effects.ReadsRefused"/>.</summary>
    public void Read(long readId, Effects effects)
    {
        Begin(effects);
        _place.Read(readId);
        End();
    }

    /// <summary>
    /// Says what time it is by a monotonic clock that runs through suspend, in milliseconds since the replica's start or earlier. Call it before the inputs of a turn;
    /// leases and the refusals that they rest on are measured by it. Never goes back. Must be read after the inputs that follow were taken in: by an older reading a
    /// refusal would end before the lease it was granted for, and a lease that is over would answer a read.
    /// </summary>
    public void TimeIs(long nowMs)
    {
        _clock.Set(nowMs);
        _place.OnTime();
    }

    /// <summary>The clock cannot be trusted since the last turn (it jumped, the process stood still): leases held are dropped; what was granted to others is kept to its end.</summary>
    public void DropLeases()
    {
        Invariant.Require(_isStarted);
        _place.Inquiries?.DropLeases();
    }

    /// <summary>Whether this replica may lead: not while its build cannot apply, its clock is off, or its node is stopping. A leader that may not hands over.</summary>
    public void SetMayLead(bool mayLead, Effects effects)
    {
        Begin(effects);
        _place.SetMayLead(mayLead);
        End();
    }

    /// <summary>
    /// What this replica's node sees of a peer's node. <paramref name="isUp"/>: frames come and go; a link that went and came back is reported as down, then up.
    /// <paramref name="isQuorumConnected"/>: the peer says of itself that it reaches a quorum of this group's members and is not stalled.
    /// </summary>
    public void PeerChanged(ReplicaId peer, bool isUp, bool isQuorumConnected, Effects effects)
    {
        Begin(effects);
        _place.PeerChanged(peer, isUp, isQuorumConnected);
        End();
    }

    /// <summary>Asks for a slot through which a bounded-stale read must see, from any replica: refreshed with the leader at most once per <paramref name="maxStalenessMs"/>. Answered as <see cref="Read"/> is.</summary>
    public void ReadBounded(long readId, long maxStalenessMs, Effects effects)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxStalenessMs);
        Begin(effects);
        _place.ReadBounded(readId, maxStalenessMs);
        End();
    }

    /// <summary>Hands leadership over to <paramref name="to"/>, or with <see cref="ReplicaId.None"/> to the best follower.</summary>
    /// <returns>Why that is not possible, or null: it has begun.</returns>
    public string? Transfer(ReplicaId to, Effects effects)
    {
        Begin(effects);
        string? reason = Roles is null ? "This replica is no member." : Roles.Transfer(to);
        End();
        return reason;
    }

    /// <summary>Proposes the stop-sign of this configuration with the members of the next. Members that are new must be caught up as learners.</summary>
    /// <returns>Why that is not possible (yet), or null: it has a slot.</returns>
    public string? ChangeMembers(ImmutableArray<Member> next, Effects effects)
    {
        ImmutableArray<Member> sorted = next.IsDefault ? [] : [.. next.OrderBy(member => member.Id)];
        Begin(effects);
        string? refused = Roles is null ? "This replica is no member." : Roles.ChangeMembers(sorted);
        End();
        return refused;
    }

    /// <summary>Whether a learner has asked this leader within the last election timeout for what lies behind the decided slot.</summary>
    public bool IsCaughtUp(ReplicaId learner) => Roles?.IsCaughtUp(learner) ?? false;

    /// <summary>A snapshot of this replica's own applied state is durable: the log before it is cut. One that is not ahead of the last snapshot changes nothing.</summary>
    /// <exception cref="ArgumentException">It can be no snapshot of this replica.</exception>
    public void SnapshotTaken(SnapshotInfo snapshot, Effects effects)
    {
        bool isOwn = snapshot.Slot <= Decided && snapshot.Configuration.CompareTo(Configuration) <= 0;
        RequireSound(snapshot, isOwn ? null : $"decided are slots through {Decided}, in configuration {Configuration}");
        Begin(effects);
        if (snapshot.Slot > _acceptor.Log.Base)
        {
            _acceptor.StartBehind(snapshot);
        }

        End();
    }

    /// <summary>A wanted snapshot is durable and its state installed: everything through its slot is decided and applied.</summary>
    /// <returns>False if it is no longer ahead of what is decided here: nothing was changed. Otherwise what is handed out as decided next starts behind its slot.</returns>
    /// <exception cref="ArgumentException">It can be no snapshot.</exception>
    public bool SnapshotInstalled(SnapshotInfo snapshot, Effects effects)
    {
        RequireSound(snapshot, null);
        Begin(effects);
        bool isAhead = snapshot.Slot > Decided;
        if (isAhead)
        {
            _place.Install(snapshot);
        }

        End();
        return isAhead;
    }

    /// <summary>
    /// A leader wants to admit this replica under an id: it goes on learning under that one. Nothing happens if it votes, or the id is another member's.
    /// </summary>
    public void Admit(ReplicaId id, Effects effects)
    {
        Begin(effects);
        if (Role != ReplicaRole.Voter && Members.All(member => member.Id != id))
        {
            if (id != Self.Id)
            {
                _place.Admit(id);
            }

            _place.OnInvited();
        }

        End();
    }

    /// <summary>One tick of time has passed.</summary>
    public void Tick(Effects effects)
    {
        Begin(effects);
        _acceptor.FlushDecided();
        _place.OnTick();
        End();
    }

    private static Member FindSelf(ReplicaId self, ImmutableArray<Member> members)
    {
        foreach (Member member in members.IsDefault ? [] : members)
        {
            if (member.Id == self && self != ReplicaId.None)
            {
                return member;
            }
        }

        throw new ArgumentException($"Replica {self} is not among the members.", nameof(self));
    }

    private static void RequireSound(SnapshotInfo snapshot, string? contradiction)
    {
        if ((MessageCheck.Offered(snapshot, "the snapshot") ?? contradiction) is { } fault)
        {
            throw new ArgumentException($"Snapshot {snapshot} cannot stand for a part of this replica's log: {fault}.", nameof(snapshot));
        }
    }

    /// <summary>The one switch over messages.</summary>
    /// <returns>False if the message makes no sense here.</returns>
    private bool Step(ReplicaId from, int sender, PeerMessage message) => message.Kind switch
    {
        MessageKind.Prepare => Roles!.OnPrepare(sender, (Prepare)message),
        MessageKind.Promise => Roles!.OnPromise(sender, (Promise)message),
        MessageKind.PullLog => _place.Logs!.OnPullLog(sender, (PullLog)message),
        MessageKind.LogChunk => _place.Logs!.OnLogChunk(sender, (LogChunk)message),
        MessageKind.AcceptSync => _place.Logs!.OnAcceptSync(sender, (AcceptSync)message),
        MessageKind.Accept => _place.Logs!.OnAccept(sender, (Accept)message),
        MessageKind.Accepted => _place.Logs!.OnAccepted(sender, (Accepted)message),
        MessageKind.Decide => _place.Logs!.OnDecide(sender, (Decide)message),
        MessageKind.Refuse => Roles!.OnRefuse(sender, (Refuse)message),
        MessageKind.AskPrepare => Roles!.OnAskPrepare(sender, (AskPrepare)message),
        MessageKind.ConfirmRead => _place.Inquiries!.OnConfirmRead(sender, (ConfirmRead)message),
        MessageKind.ReadConfirmed => _place.Inquiries!.OnReadConfirmed(sender, (ReadConfirmed)message),
        MessageKind.Probe => _place.Inquiries!.OnProbe(sender, (Probe)message),
        MessageKind.ProbeAnswer => _place.Inquiries!.OnProbeAnswer(sender, (ProbeAnswer)message),
        MessageKind.HandOver => Roles!.OnHandOver(sender, (HandOver)message),
        MessageKind.AskDecided => _place.Inquiries!.OnAskDecided(sender, (AskDecided)message),
        MessageKind.DecidedIs => _place.Inquiries!.OnDecidedIs(sender, (DecidedIs)message),
        MessageKind.Learn => _place.OnLearn(from, (Learn)message),
        MessageKind.LearnChunk => _place.OnLearnChunk(from, (LearnChunk)message),
        MessageKind.OfferSnapshot => _place.OnOfferSnapshot(from, sender, (OfferSnapshot)message),
        MessageKind.Superseded => _place.OnSuperseded(from, (Superseded)message),
    };

    private void Begin(Effects effects)
    {
        Invariant.Require(_isStarted);
        _outbox.Begin(effects);
        _durableBefore = (_acceptor.Configuration, _acceptor.Promised, _acceptor.Accepted, _acceptor.Decided);
        _roleBefore = Role;
        _leadershipBefore = (IsLeader, Leader);
    }

    private void End()
    {
        _place.Settle();
        _outbox.Effects.ConfigurationChanged |= Role != _roleBefore || Configuration != _durableBefore.Configuration;
        _outbox.Effects.LeadershipChanged |= (IsLeader, Leader) != _leadershipBefore;
        CheckInvariants();
        _outbox.End();
    }

    /// <summary>What holds after every step, whatever the input was.</summary>
    private void CheckInvariants()
    {
        bool isSame = _acceptor.Configuration == _durableBefore.Configuration;
        Invariant.Require(isSame || _acceptor.Configuration.CompareTo(_durableBefore.Configuration) > 0, $"{_acceptor.Configuration} after {_durableBefore.Configuration}");
        Invariant.Require(!isSame || _acceptor.Promised >= _durableBefore.Promised, $"promised {_acceptor.Promised} after {_durableBefore.Promised}");
        Invariant.Require(!isSame || _acceptor.Accepted >= _durableBefore.Accepted, $"accepted {_acceptor.Accepted} after {_durableBefore.Accepted}");
        Invariant.Require(_acceptor.Decided >= _durableBefore.Decided, $"decided {_acceptor.Decided} after {_durableBefore.Decided}");
        Invariant.Require(_acceptor.Accepted <= _acceptor.Promised, $"accepted {_acceptor.Accepted}, promised {_acceptor.Promised}");
        Invariant.Require(_acceptor.Decided <= _acceptor.Log.Last, $"decided {_acceptor.Decided} in a log through {_acceptor.Log.Last}");
    }
}
