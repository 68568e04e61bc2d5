using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Messages;
using Dike.Node.Groups.Poison;
using Dike.Node.Groups.Snapshots;
using Dike.Node.Groups.Versions;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// One group on one node: consensus, sessions, apply. Pure and synchronous: time, randomness and bytes are inputs, everything to be done is in <see cref="GroupOutputs"/>.
/// A turn is any number of inputs followed by <see cref="EndTurn"/>. Answers are given only for what is decided and applied here, so they may leave at once.
/// After any exception (<see cref="GroupHaltedException"/>, a broken invariant) the core takes nothing more but <see cref="Halt"/>. Called by the shard that owns the group.
/// </summary>
internal sealed class GroupCore
{
    private readonly GroupOptions _options;
    private readonly MachineContract _contract;
    private readonly Replica _replica;
    private readonly Applier _applier;
    private readonly ApplyLoop _loop;
    private readonly GroupSnapshots _snapshots;
    private readonly VersionPlan _versions;
    private readonly Proposer _proposer;
    private readonly PendingCommands _commands;
    private readonly Reader _reader;
    private readonly CommandIntake _intake;
    private readonly Deliveries _deliveries;
    private readonly Leadership _leadership;
    private readonly Referrals _referrals;
    private readonly Progress _progress;
    private CallTicket? _submitting;
    private bool _isInside;

    /// <param name="description">The group as its members know it.</param>
    /// <param name="machine">Its machine.</param>
    /// <param name="holder">This process.</param>
    /// <param name="recovered">What the journal gave back.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="start">How the process before this one ended.</param>
    /// <param name="snapshot">The snapshot that the recovered log starts behind, from the node's store; null if it starts at slot 1, or if the store has not got it.</param>
    /// <exception cref="GroupHaltedException">The log starts behind a snapshot that is not there or cannot be used.</exception>
    public GroupCore(GroupDescription description, MachineType machine, Holder holder, RecoveredState recovered, GroupOptions options, GroupStart start = default, SnapshotContent? snapshot = null)
    {
        Description = description;
        _options = options;
        _contract = machine.Contract;
        _replica = new Replica(description.Here, description.CoreMembers, recovered, options.Paxos);
        Members = new GroupMembers(_replica, description);
        var schedule = new SnapshotSchedule(options.SnapshotEverySlots, options.SnapshotEveryBytes);
        LogConfiguration founding = _replica.Configuration == ConfigurationId.First ? new LogConfiguration(ConfigurationId.First, _replica.Members) : LogConfiguration.Unknown;
        _applier = new Applier(description, machine, holder, options.CheckpointEverySlots, schedule, founding);
        SnapshotRecovery.Restore(_applier, recovered.Snapshot, snapshot, description.Group, machine);
        _loop = new ApplyLoop(_replica, _applier, machine.Contract, new ApplyGuard(start, recovered.Last), new DivergenceWatch(Members.Here.Id, [.. Members.Current.Select(member => member.Id)]));
        _snapshots = new GroupSnapshots(_replica, _loop, recovered.Snapshot, description.Group, machine, options);
        _loop.Snapshots = _snapshots;
        _commands = new PendingCommands(options);
        _deliveries = new Deliveries(_commands, _applier);
        _versions = new VersionPlan(machine.Contract);
        _proposer = new Proposer(_replica, _commands, _applier, _versions, holder, options);
        _leadership = new Leadership(_replica, Members);
        _reader = new Reader(_replica, _applier, _leadership);
        _referrals = new Referrals(_commands, _deliveries, _reader, _leadership);
        _intake = new CommandIntake(_applier, _commands, _deliveries, _reader, _leadership, options);
        _progress = new Progress(_replica, _loop, Members, _leadership, _deliveries, _referrals, _versions, _snapshots, _reader);
    }

    public GroupDescription Description { get; }

    /// <summary>Who belongs to the group.</summary>
    public GroupMembers Members { get; }

    public bool IsLeader => _leadership.IsLeader;

    /// <summary>The wire name of its machine.</summary>
    public string Machine => _contract.Name;

    /// <summary>Whether a tick would change nothing: a node with thousands of groups at rest steps none of them.</summary>
    public bool IsQuiet => _replica.IsQuiet && _commands.Count == 0 && _reader.Waiting == 0 && _deliveries.Waiting == 0 && !(IsLeader && Members.Keeper.IsBusy) && !_snapshots.IsBusy;

    /// <summary>Whether this leader has nothing left to do: its members are those that are wanted, and everything is decided, applied and known to them.</summary>
    public bool HasSettled => IsLeader && _replica.IsQuiet && !Members.Keeper.IsBusy && _loop.IsCurrent;

    /// <summary>Whether this replica is handing leadership over.</summary>
    public bool IsTransferring => _replica.IsTransferring;

    /// <summary>The node believed to lead, or null.</summary>
    public string? LeaderNode => _leadership.LeaderNode;

    /// <summary>The ballot in which this replica leads, or null.</summary>
    public Ballot? LeadsIn => _replica.IsLeader ? _replica.Promised : null;

    /// <summary>The last slot known to be decided.</summary>
    public Slot Decided => _replica.Decided;

    /// <summary>The snapshot that the log starts behind, or null if it starts at slot 1.</summary>
    public SnapshotInfo? Snapshot => _replica.Snapshot;

    /// <summary>The decided batch that starts at a slot, or null if none does or the log does not reach back so far. For whoever looks on from outside.</summary>
    public EntryBatch? BatchAt(Slot first) => _replica.BatchAt(first);

    /// <summary>The last applied slot.</summary>
    public Slot Applied => _applier.Applied;

    /// <summary>The machine version under which the group's next slot is applied; 0 while the log has made none active.</summary>
    public int ActiveVersion => _applier.Version.Number;

    /// <summary>Why this build applies nothing any more, until another one is started, or null. The replica votes, but neither leads nor serves.</summary>
    public string? StalledReason => _loop.StalledReason;

    /// <summary>Why this replica does not apply a slot that kills its process, or null. It votes, but does not serve, and leads only to have the slot skipped.</summary>
    public string? QuarantineReason => _loop.QuarantineReason;

    /// <summary>The live machine of a key (of any key for partition-scoped machines), or null. For the node's own use on the shard's thread: the directory is read so.</summary>
    public object? Peek(string key) => _applier.States.Find(key);

    /// <summary>Applies what recovery decided. Call once, first.</summary>
    public void Start(Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _replica.Start(outputs.Paxos);
        Absorb(now, outputs);
        Leave();
    }

    public void Receive(ReplicaId from, PeerMessage message, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _replica.Receive(from, message, outputs.Paxos);
        _leadership.OnReceived(from, message);
        Absorb(now, outputs);
        Leave();
    }

    /// <summary>A message of another replica's surroundings.</summary>
    /// <exception cref="GroupHaltedException">It shows that this replica differs from the others.</exception>
    public void ReceiveGroup(ReplicaId from, GroupMessage message, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        switch (message)
        {
            case Invite invite:
                Members.OnInvite(invite, outputs.Paxos);
                break;
            case HashReport report:
                _loop.Reported(from, report.Checkpoint, outputs);
                break;
            case SnapshotBlockAsked asked:
                _snapshots.Receive(from, asked, outputs);
                break;
            case SnapshotBlocks blocks:
                _snapshots.Receive(from, blocks, outputs);
                break;
        }

        Absorb(now, outputs);
        Leave();
    }

    /// <summary>The snapshot of a <see cref="SaveSnapshot"/> is durable: the log is cut behind it, or the state is replaced by it.</summary>
    public void SnapshotSaved(SnapshotInfo info, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        bool wasReplaced = _snapshots.Saved(info, outputs);
        Absorb(now, outputs);
        if (wasReplaced)
        {
            _deliveries.Recheck(outputs);
        }

        Leave();
    }

    /// <summary>The store has read the blocks of a <see cref="ReadSnapshotBlocks"/>; none if it has them no longer or cannot read them.</summary>
    public void SnapshotRead(ReadSnapshotBlocks request, IReadOnlyList<ReadOnlyMemory<byte>> blocks, GroupOutputs outputs)
    {
        Enter();
        GroupSnapshots.Read(request, blocks, outputs);
        Leave();
    }

    /// <summary>A command or query from a client. Commands are gathered and proposed as one batch by <see cref="EndTurn"/>.</summary>
    public void Submit(CallTicket ticket, Call call, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _submitting = ticket;
        if (CallCheck.Mismatch(call, _contract, _options) is { } reason)
        {
            outputs.Answers.Add((ticket, Answer.ContractMismatch(ticket, reason)));
        }
        else if (call.IsQuery)
        {
            _reader.Submit(ticket, call, _intake.Limit(call), now, outputs);
            Absorb(now, outputs);
        }
        else
        {
            _intake.Submit(ticket, call, now, outputs);
        }

        _submitting = null;
        Leave();
    }

    /// <summary>Forgets who waits behind <paramref name="owner"/>: its connection is gone. Commands with a slot go on.</summary>
    public void Abandon(object owner)
    {
        Enter();
        _commands.Abandon(owner);
        _reader.Abandon(owner);
        _deliveries.Abandon(owner);
        Leave();
    }

    /// <summary>The delegate of a <c>From</c> has ended: <paramref name="value"/>, or the reason it failed.</summary>
    public void ReplyComputed(CommandId commandId, ReadOnlyMemory<byte>? value, string? failure, GroupOutputs outputs)
    {
        Enter();
        _deliveries.End(commandId, value, failure, outputs);
        Leave();
    }

    /// <summary>Proposes an entry at whose slot every replica hashes its state. False if this replica does not lead.</summary>
    public bool RequestStateCheck(ulong checkId)
    {
        Enter();
        bool isLeader = IsLeader;
        if (isLeader)
        {
            _proposer.AddStateCheck(checkId);
        }

        Leave();
        return isLeader;
    }

    /// <summary>What the builds of all members can apply; null while one of them is not known.</summary>
    public void MembersSupport(MemberVersions? support)
    {
        Enter();
        _versions.Support = support;
        Leave();
    }

    /// <summary>One of <see cref="GroupOutputs.Marks"/> is durable.</summary>
    public void MarkDurable(ApplyMark mark, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _loop.MarkDurable(mark);
        Absorb(now, outputs);
        Leave();
    }

    /// <summary>Has a decided slot count as rejected on all replicas, because its command cannot be applied. At the leader, or, if there is none, at a replica that is quarantined at it.</summary>
    /// <returns>Why that is not possible, or null: it is proposed, by a quarantined replica as soon as it leads.</returns>
    public string? Skip(Slot slot, GroupOutputs outputs)
    {
        Enter();
        string? refusal = slot < Slot.First || slot > _loop.Taken ? $"Slot {slot} is not decided; the last one that is, is {_loop.Taken}."
            : !IsLeader && (slot != _loop.Quarantined || LeaderNode is not null) ? $"This replica does not lead; ask {LeaderNode ?? "the leader, once there is one"}."
            : null;
        if (refusal is null)
        {
            _proposer.AddSkip(slot);

            // Where all replicas are quarantined, one of them must lead, or nothing is ever decided again.
            _replica.SetMayLead(_progress.MayLead && StalledReason is null, outputs.Paxos);
        }

        Leave();
        return refusal;
    }

    /// <summary>The result of a check that this replica has applied, or null. The last 64 are kept.</summary>
    public StateCheckResult? FindStateCheck(ulong checkId) => _applier.Checks.Find(checkId);

    public void Synced(long writeNumber, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _replica.Synced(writeNumber, outputs.Paxos);
        _snapshots.Synced(writeNumber);
        Absorb(now, outputs);
        Leave();
    }

    /// <summary>A peer's node came or went.</summary>
    public void PeerChanged(ReplicaId peer, bool isUp, bool isQuorumConnected, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _leadership.OnPeerChanged(peer, isUp);
        _snapshots.PeerChanged(peer, isUp);
        _replica.PeerChanged(peer, isUp, isQuorumConnected, outputs.Paxos);
        Absorb(now, outputs);
        Leave();
    }

    /// <summary>Whether this replica may lead as far as its node is concerned: not while the node stops or its clock is off.</summary>
    public void SetMayLead(bool mayLead, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _progress.MayLead = mayLead;
        _replica.SetMayLead(mayLead && _leadership.StoppedReason is null, outputs.Paxos);
        Absorb(now, outputs);
        Leave();
    }

    /// <summary>The clock cannot be trusted since the last turn.</summary>
    public void DropLeases()
    {
        Enter();
        _replica.DropLeases();
        Leave();
    }

    /// <summary>Hands leadership over to the replica on <paramref name="node"/>, or to the best follower if that is null.</summary>
    /// <returns>Why that is not possible, or null: it has begun.</returns>
    public string? Transfer(string? node, Moment now, GroupOutputs outputs)
    {
        Enter(now);
        Member to = Members.Current.FirstOrDefault(member => member.Node == node);
        string? obstacle = node is not null && to.Id == ReplicaId.None ? $"node '{node}' has no replica of this group" : _replica.Transfer(to.Id, outputs.Paxos);
        Absorb(now, outputs);
        Leave();
        return obstacle;
    }

    public void Tick(Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _replica.Tick(outputs.Paxos);
        Members.Tick(outputs);
        _snapshots.Tick(outputs);
        Absorb(now, outputs);
        _reader.Expire(now, outputs);
        _deliveries.Expire(now.MonotonicMs, outputs);
        Leave();
    }

    /// <summary>Proposes what was gathered and applies what was decided.</summary>
    public void EndTurn(Moment now, GroupOutputs outputs)
    {
        Enter(now);
        _referrals.Unproposed(_proposer.Propose(now, outputs), outputs);
        Absorb(now, outputs);
        _snapshots.EndTurn(outputs);
        Leave();
    }

    /// <summary>
    /// Gives up, after an exception went through another member: what the broken turn wanted done is dropped, and everybody who waits is sent elsewhere
    /// instead of waiting for the whole of its deadline here.
    /// </summary>
    /// <param name="outputs">The broken turn's; holds the last answers afterwards and nothing else.</param>
    public void Halt(GroupOutputs outputs)
    {
        _isInside = true;
        _referrals.Halted(_submitting, outputs);
    }

    private void Absorb(Moment now, GroupOutputs outputs) => _progress.Absorb(now, outputs);

    private void Enter(in Moment now)
    {
        Enter();
        _replica.TimeIs(now.MonotonicMs);
    }

    private void Enter()
    {
        // Also false after an exception went through a member: what it left half done must not be built on.
        Invariant.Require(!_isInside);
        _isInside = true;
    }

    private void Leave() => _isInside = false;
}
