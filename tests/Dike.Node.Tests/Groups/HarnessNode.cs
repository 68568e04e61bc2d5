using Dike.Node.Groups;
using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Messages;
using Dike.Node.Groups.Poison;
using Dike.Node.Groups.Snapshots;
using Dike.Node.Groups.Versions;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Tests.Groups;

/// <summary>
/// One node of the harness: a core, a log whose writes are synced when the test says so, and what waits for them. Does what a shard does, one input a turn.
/// </summary>
internal sealed class HarnessNode(GroupHarness harness, GroupDescription description, MachineType machine, GroupOptions options, int index)
{
    private readonly List<LogWrite> _synced = [];
    private readonly List<LogWrite> _unsynced = [];
    private readonly List<SendAfterSync> _waiting = [];
    private readonly GroupOutputs _outputs = new();
    private readonly List<SaveSnapshot> _unsaved = [];
    private GroupCore? _core;

    public int Index { get; } = index;

    public ReplicaId Id => description.Self;

    public string Name => description.Members[Index].Node;

    public ulong Boot { get; private set; }

    public bool IsUp => _core is not null;

    public GroupCore Core => _core ?? throw new InvalidOperationException($"{Name} is down");

    /// <summary>What the next start uses.</summary>
    public GroupOptions Options { get; set; } = options;

    /// <summary>The build that the next start runs.</summary>
    public MachineType Machine { get; set; } = machine;

    /// <summary>What lies on disk of the marks of apply.</summary>
    public ApplyMark Mark { get; private set; }

    /// <summary>All marks that were made durable, in order.</summary>
    public List<ApplyMark> Marks { get; } = [];

    /// <summary>The slot at which the process dies while it applies it.</summary>
    public Slot DiesAt { get; set; }

    /// <summary>Whether the process before this one was killed; it is, unless a test says that it stopped.</summary>
    public bool IsUnclean { get; set; }

    /// <summary>What the core found out about other members.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>Changes what this node tells the others at a checkpoint: a replica that lies, or differs.</summary>
    public Func<Checkpoint, Checkpoint> Report { get; set; } = checkpoint => checkpoint;

    /// <summary>While true, <see cref="Sync"/> does nothing.</summary>
    public bool HoldsSync { get; set; }

    public bool HasUnsynced => _unsynced.Count > 0;

    public int SyncedWrites => _synced.Count;

    /// <summary>The node's snapshots.</summary>
    public MemorySnapshotStore Snapshots { get; set; } = new();

    /// <summary>What the core told operators of its snapshots.</summary>
    public List<string> SnapshotNotices { get; } = [];

    /// <summary>What a start would find in the journal.</summary>
    public RecoveredState Recovered => LogReplay.Replay(RecoveredState.Empty, _synced);

    /// <summary>What this node's wall clock says more than virtual time.</summary>
    public TimeSpan ClockSkew { get; set; }

    public void Start()
    {
        Boot++;
        RecoveredState recovered = Recovered;
        _core = new GroupCore(
            description, Machine, new Holder((ulong)Index + 100, Boot), recovered, Options, new GroupStart(IsUnclean, Mark), SnapshotOf(recovered));
        IsUnclean = true;
        Act((core, now) => core.Start(now, _outputs));
    }

    /// <summary>The process is gone, and with it everything that was not synced.</summary>
    public void Crash()
    {
        _core = null;
        _unsynced.Clear();
        _unsaved.Clear();
        _waiting.Clear();
        _outputs.Clear();
    }

    public void Receive(ReplicaId from, PeerMessage message) => Act((core, now) => core.Receive(from, message, now, _outputs));

    public void Receive(ReplicaId from, GroupMessage message) => Act((core, now) => core.ReceiveGroup(from, message, now, _outputs));

    public void PeerChanged(ReplicaId peer, bool isUp) => Act((core, now) => core.PeerChanged(peer, isUp, isQuorumConnected: isUp, now, _outputs));

    public void Tick() => Act((core, now) => core.Tick(now, _outputs));

    public void Abandon(object owner) => Act((core, _) => core.Abandon(owner));

    public void RequestStateCheck(ulong checkId) => Act((core, _) => core.RequestStateCheck(checkId));

    public void HashReported(ReplicaId from, Checkpoint report) => Act((core, now) => core.ReceiveGroup(from, new HashReport(report), now, _outputs));

    public void MembersSupport(int highestMinVersion, int lowestVersion) =>
        Act((core, _) => core.MembersSupport(new MemberVersions(highestMinVersion, lowestVersion)));

    public string? Skip(Slot slot)
    {
        string? refusal = null;
        Act((core, _) => refusal = core.Skip(slot, _outputs));
        return refusal;
    }

    public void ReplyComputed(CommandId id, byte[]? value, string? failure) =>
        Act((core, _) => core.ReplyComputed(id, value is null ? default(ReadOnlyMemory<byte>?) : value, failure, _outputs));

    public void Submit(params Attempt[] attempts) => Act((core, now) =>
    {
        foreach (Attempt attempt in attempts)
        {
            core.Submit(new CallTicket(attempt, attempt.Call.Correlation), attempt.Call, now, _outputs);
        }
    });

    /// <summary>Submits in one turn and ends the turn only after <paramref name="delayMs"/>.</summary>
    public void SubmitSlowly(Attempt attempt, long delayMs) => Act((core, now) =>
    {
        core.Submit(new CallTicket(attempt, 0), attempt.Call, now, _outputs);
        harness.NowMs += delayMs;
    });

    /// <summary>Makes everything that was written durable, and lets go what waited for it.</summary>
    public bool Sync()
    {
        if (HoldsSync)
        {
            return false;
        }

        if (_unsaved.Count > 0)
        {
            SnapshotContent saved = _unsaved[0].Content;
            _unsaved.RemoveAt(0);
            Snapshots.Save(description.Group, saved.Info, saved.Blocks);
            Act((core, now) => core.SnapshotSaved(saved.Info, now, _outputs));
            return true;
        }

        if (_unsynced.Count == 0)
        {
            return false;
        }

        long number = _unsynced[^1].Number;
        _synced.AddRange(_unsynced);
        _unsynced.Clear();
        foreach (SendAfterSync send in _waiting.Where(send => send.After <= number))
        {
            harness.Network.Send(Id, send.To, send.Message);
        }

        _waiting.RemoveAll(send => send.After <= number);
        Act((core, now) => core.Synced(number, now, _outputs));
        return true;
    }

    /// <summary>What a shard does after an exception.</summary>
    public void Halt()
    {
        Core.Halt(_outputs);
        Assert.Empty(_outputs.Paxos.Writes);
        Assert.Empty(_outputs.Paxos.SendsNow);
        Assert.Empty(_outputs.Paxos.SendsAfterSync);
        harness.Collect(this, _outputs);
        _outputs.Clear();
    }

    private void Act(Action<GroupCore, Moment> input)
    {
        GroupCore core = Core;
        input(core, harness.Now(this));
        core.EndTurn(harness.Now(this), _outputs);
        _unsynced.AddRange(_outputs.Paxos.Writes);
        _waiting.AddRange(_outputs.Paxos.SendsAfterSync);
        foreach (Send send in _outputs.Paxos.SendsNow)
        {
            harness.Network.Send(Id, send.To, send.Message);
        }

        Differences.AddRange(_outputs.Differences);
        ApplyMark[] marks = [.. _outputs.Marks];
        (ReplicaId To, Checkpoint Checkpoint)[] reports = [.. _outputs.GroupSends.Where(send => send.Message is HashReport).Select(send => (send.To, ((HashReport)send.Message).Checkpoint))];
        foreach ((ReplicaId to, GroupMessage message) in _outputs.GroupSends.Where(send => send.Message is not HashReport))
        {
            harness.Network.Send(Id, to, message);
        }

        SnapshotNotices.AddRange(_outputs.SnapshotNotices);
        _unsaved.AddRange(_outputs.SnapshotRequests.OfType<SaveSnapshot>());
        ReadSnapshotBlocks[] reads = [.. _outputs.SnapshotRequests.OfType<ReadSnapshotBlocks>()];
        harness.Collect(this, _outputs);
        _outputs.Clear();
        foreach (IGrouping<Checkpoint, ReplicaId> report in reports.GroupBy(report => report.Checkpoint, report => report.To))
        {
            Checkpoint told = Report(report.Key);
            foreach (ReplicaId to in report)
            {
                harness.Tell(this, to, told);
            }
        }

        foreach (ApplyMark mark in marks)
        {
            MakeDurable(mark);
        }

        foreach (ReadSnapshotBlocks read in reads)
        {
            Act((reader, _) => reader.SnapshotRead(read, Snapshots.ReadBlocks(description.Group, read.Slot, read.ContentHash, read.First, read.Count), _outputs));
        }
    }

    private SnapshotContent? SnapshotOf(RecoveredState recovered)
    {
        if (recovered.Snapshot is not { } wanted)
        {
            return null;
        }

        IReadOnlyList<ReadOnlyMemory<byte>> blocks = Snapshots.Read(description.Group, wanted.Slot, wanted.ContentHash, out SnapshotInfo? found);
        return found is null ? null : new SnapshotContent(found, blocks);
    }

    private void MakeDurable(ApplyMark mark)
    {
        Mark = mark;
        Marks.Add(mark);
        if (DiesAt != Slot.None && mark.Contains(DiesAt) && Core.QuarantineReason is null)
        {
            harness.Crash(this);
        }
        else if (mark != ApplyMark.None)
        {
            Act((core, now) => core.MarkDurable(mark, now, _outputs));
        }
    }
}
