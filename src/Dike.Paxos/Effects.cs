namespace Dike.Paxos;

/// <summary>A message to one replica.</summary>
/// <param name="To">The receiver.</param>
/// <param name="Message">The message.</param>
internal readonly record struct Send(ReplicaId To, PeerMessage Message);

/// <summary>A message that must not leave before the sender's write is synced.</summary>
/// <param name="After">The <see cref="LogWrite.Number"/> to wait for; all before it are then synced too.</param>
/// <param name="To">The receiver.</param>
/// <param name="Message">The message.</param>
internal readonly record struct SendAfterSync(long After, ReplicaId To, PeerMessage Message);

/// <summary>
/// What a replica wants done after one or more steps. The caller owns it, hands it to every step of a turn, carries it out and clears it.
/// The durability barrier is in the types: what depends on a write is in <see cref="SendsAfterSync"/>, and only <see cref="SendsNow"/> may leave at once.
/// </summary>
internal sealed class Effects
{
    /// <summary>Records to append, in this order.</summary>
    public List<LogWrite> Writes { get; } = [];

    /// <summary>Messages that depend on nothing unsynced.</summary>
    public List<Send> SendsNow { get; } = [];

    /// <summary>Messages that wait for a write, in the order of <see cref="SendAfterSync.After"/>.</summary>
    public List<SendAfterSync> SendsAfterSync { get; } = [];

    /// <summary>Newly decided batches in slot order, each once since the replica started, without gaps.</summary>
    public List<EntryBatch> Decided { get; } = [];

    /// <summary>Reads that became safe: each may be answered once everything through its slot is applied.</summary>
    public List<ReadReady> ReadsReady { get; } = [];

    /// <summary>Reads that cannot be confirmed by this replica: it does not lead (any more). Nothing was answered.</summary>
    public List<long> ReadsRefused { get; } = [];

    /// <summary>
    /// Snapshots that this replica needs because what it lacks was cut from the logs of those who have it. The caller fetches and verifies one, makes it durable, and reports
    /// <see cref="Replica.SnapshotInstalled"/>. Repeated while the need lasts.
    /// </summary>
    public List<SnapshotWanted> SnapshotsWanted { get; } = [];

    /// <summary>Whether members, or this replica's place among them, changed since <see cref="Clear"/>; see <see cref="Replica.Members"/> and <see cref="Replica.Role"/>.</summary>
    public bool ConfigurationChanged { get; set; }

    /// <summary>Whether leader or role changed since <see cref="Clear"/>; see <see cref="Replica.Leader"/> and <see cref="Replica.IsLeader"/>.</summary>
    public bool LeadershipChanged { get; set; }

    public void Clear()
    {
        Writes.Clear();
        SendsNow.Clear();
        SendsAfterSync.Clear();
        Decided.Clear();
        ReadsReady.Clear();
        ReadsRefused.Clear();
        LeadershipChanged = false;
        SnapshotsWanted.Clear();
        ConfigurationChanged = false;
    }
}

/// <summary>A read that may be answered from state that includes everything through <paramref name="Through"/>.</summary>
/// <param name="ReadId">The caller's number of the read.</param>
/// <param name="Through">The slot.</param>
internal readonly record struct ReadReady(long ReadId, Slot Through);

/// <summary>A snapshot that this replica needs.</summary>
/// <param name="From">Who offers it.</param>
/// <param name="Snapshot">Which one.</param>
internal readonly record struct SnapshotWanted(ReplicaId From, SnapshotInfo Snapshot);
