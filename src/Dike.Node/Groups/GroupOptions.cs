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

    /// <summary>
    /// How long, in log time, a session without commands is kept. Greater than zero. Default: 1 hour. The proposer writes it into each batch, so
    /// replicas that are configured differently still drop the same sessions at the same slot.
    /// </summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);
}
