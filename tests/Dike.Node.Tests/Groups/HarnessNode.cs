using Dike.Node.Groups;
using Dike.Paxos;

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
    private GroupCore? _core;

    public int Index { get; } = index;

    public ReplicaId Id => description.Self;

    public string Name => description.Members[Index].Node;

    public ulong Boot { get; private set; }

    public bool IsUp => _core is not null;

    public GroupCore Core => _core ?? throw new InvalidOperationException($"{Name} is down");

    /// <summary>What the next start uses.</summary>
    public GroupOptions Options { get; set; } = options;

    /// <summary>While true, <see cref="Sync"/> does nothing.</summary>
    public bool HoldsSync { get; set; }

    public bool HasUnsynced => _unsynced.Count > 0;

    public int SyncedWrites => _synced.Count;

    /// <summary>What this node's wall clock says more than virtual time.</summary>
    public TimeSpan ClockSkew { get; set; }

    public void Start()
    {
        Boot++;
        _core = new GroupCore(
            description, machine, new Holder((ulong)Index + 100, Boot), LogReplay.Replay(RecoveredState.Empty, _synced), Options);
        Act((core, now) => core.Start(now, _outputs));
    }

    /// <summary>The process is gone, and with it everything that was not synced.</summary>
    public void Crash()
    {
        _core = null;
        _unsynced.Clear();
        _waiting.Clear();
        _outputs.Clear();
    }

    public void Receive(ReplicaId from, PeerMessage message) => Act((core, now) => core.Receive(from, message, now, _outputs));

    public void PeerChanged(ReplicaId peer, bool isUp) => Act((core, now) => core.PeerChanged(peer, isUp, now, _outputs));

    public void Tick() => Act((core, now) => core.Tick(now, _outputs));

    public void Abandon(object owner) => Act((core, _) => core.Abandon(owner));

    public void RequestStateCheck(ulong checkId) => Act((core, _) => core.RequestStateCheck(checkId));

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
        if (HoldsSync || _unsynced.Count == 0)
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

        harness.Collect(this, _outputs);
        _outputs.Clear();
    }
}
