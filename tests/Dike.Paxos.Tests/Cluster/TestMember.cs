using System.Collections.Immutable;

namespace Dike.Paxos.Tests.Cluster;

/// <summary>
/// One replica with its durable log and what it has handed out: writes not yet synced, messages that wait for them. A crash loses everything but the
/// synced records; a start replays those.
/// </summary>
internal sealed class TestMember(Member self, ImmutableArray<Member> founders, PaxosOptions options)
{
    private readonly List<LogWrite> _unsynced = [];
    private readonly List<SendAfterSync> _held = [];
    private Replica? _replica;

    public Member Self { get; } = self;

    public ReplicaId Id => Self.Id;

    public bool IsRunning => _replica is not null;

    public Replica Replica => _replica ?? throw new InvalidOperationException($"Replica {Id} is down.");

    /// <summary>What the last input wanted done.</summary>
    public Effects Effects { get; } = new();

    /// <summary>The records that survive a crash.</summary>
    public List<LogWrite> Durable { get; } = [];

    /// <summary>Everything decided since the last start.</summary>
    public List<EntryBatch> Decided { get; } = [];

    /// <summary>The snapshot that was last said to be needed and is not installed yet.</summary>
    public SnapshotWanted? Wanted { get; private set; }

    public int Unsynced => _unsynced.Count;

    public IReadOnlyList<SendAfterSync> Held => _held;

    public void Start()
    {
        _replica = new Replica(Self, founders, LogReplay.Replay(RecoveredState.Empty, Durable), options);
        Decided.Clear();
        Replica.Start(Effects);
    }

    public SnapshotInfo TakeWanted()
    {
        SnapshotInfo wanted = Wanted!.Value.Snapshot;
        Wanted = null;
        return wanted;
    }

    public TestMember OnAnotherIncarnation() => new(Self with { Incarnation = Self.Incarnation + 100 }, founders, options);

    public void Crash()
    {
        _replica = null;
        _unsynced.Clear();
        _held.Clear();
        Wanted = null;
        Effects.Clear();
    }

    /// <summary>Takes over the effects of an input, and returns what may leave.</summary>
    public List<Send> TakeEffects()
    {
        _unsynced.AddRange(Effects.Writes);
        _held.AddRange(Effects.SendsAfterSync);
        Decided.AddRange(Effects.Decided);
        Wanted = Effects.SnapshotsWanted.Count > 0 ? Effects.SnapshotsWanted[^1] : Wanted;
        List<Send> sends = [.. Effects.SendsNow];
        Effects.Clear();
        return sends;
    }

    /// <summary>Makes the next writes durable without telling the replica yet.</summary>
    /// <returns>The number of the last one, and the messages that were waiting for them.</returns>
    public (long Number, List<Send> Released) Sync(int count)
    {
        List<LogWrite> synced = _unsynced[..count];
        _unsynced.RemoveRange(0, count);
        Durable.AddRange(synced);
        long number = synced[^1].Number;
        List<Send> released = [];
        while (_held.Count > 0 && _held[0].After <= number)
        {
            released.Add(new Send(_held[0].To, _held[0].Message));
            _held.RemoveAt(0);
        }

        return (number, released);
    }
}
