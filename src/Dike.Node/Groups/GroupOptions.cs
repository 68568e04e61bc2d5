using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>Limits of a group. Those of work in flight bound memory; they are checked before a command gets a slot, never after.</summary>
internal sealed record GroupOptions
{
    public PaxosOptions Paxos { get; init; } = new();

    /// <summary>The most calls that may wait for a slot, a decision or a confirmed read at once. 1 or more. Default: 65,536.</summary>
    public int MaxInFlight { get; init; } = 65_536;

    /// <summary>The most bytes of arguments of commands that may wait for a slot or a decision at once. 1 or more. Default: 64 MiB.</summary>
    public long MaxInFlightBytes { get; init; } = 64 << 20;

    /// <summary>The most bytes of one batch's payload, unless a single command is larger. 1 or more. Default: 1 MiB.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>The most bytes of one command's arguments. 0 or more. Default: 8 MiB.</summary>
    public int MaxCommandBytes { get; init; } = 8 << 20;

    /// <summary>The most results that one session may leave unacknowledged before its commands are refused as overload. 1 or more. Default: 16,384.</summary>
    public int MaxOpenResults { get; init; } = 16_384;

    /// <summary>Every how many slots the replicas compare what the log came to. 1 or more. Default: 1,024.</summary>
    public int CheckpointEverySlots { get; init; } = 1_024;

    /// <summary>A snapshot is due whenever the applied slot passes a multiple of it. 1 or more. Default: 65,536.</summary>
    public int SnapshotEverySlots { get; init; } = 65_536;

    /// <summary>A snapshot is also due when so many bytes of payload were applied since one was due last. 1 or more. Default: 64 MiB.</summary>
    public long SnapshotEveryBytes { get; init; } = 64 << 20;

    /// <summary>How many bytes of a snapshot are written in one turn at most, unless a single key's state is larger. 1 or more. Default: 1 MiB.</summary>
    public int SnapshotBytesPerTurn { get; init; } = 1 << 20;

    /// <summary>The length of a snapshot's blocks: what is sent, verified and asked for again. The same on all members. 1 to 16 MiB. Default: 256 KiB.</summary>
    public int SnapshotBlockBytes { get; init; } = 256 << 10;

    /// <summary>How many blocks of a snapshot that is fetched may be under way at once. 1 or more. Default: 4.</summary>
    public int SnapshotWindowBlocks { get; init; } = 4;

    /// <summary>
    /// How long, in log time, a session without commands is kept. Greater than zero. Default: 1 hour. The proposer writes it into each batch, so
    /// replicas that are configured differently still drop the same sessions at the same slot.
    /// </summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);
}
