namespace Dike.Paxos;

/// <summary>Limits and times of a replica, in ticks of its caller's clock where they are times.</summary>
internal sealed record PaxosOptions
{
    /// <summary>How long the leader's node must be silent, in ticks, before a replica suspects it. 1 or more. Default: 10 (500 ms of 50 ms ticks).</summary>
    public int ElectionTimeoutTicks { get; init; } = 10;

    /// <summary>How long an unanswered Prepare, AcceptSync, pull or read round is waited for before it is sent again. 1 or more. Default: 4.</summary>
    public int ResendTicks { get; init; } = 4;

    /// <summary>The most payload bytes of one AcceptSync or LogChunk, unless a single batch is larger. 1 or more. Default: 1 MiB.</summary>
    public int MaxChunkBytes { get; init; } = 1 << 20;

    /// <summary>
    /// The most payload bytes of Accepts that a leader has under way to one follower; past it the follower is fed from the log, chunk by chunk as it asks. 1 or more. Default: 16 MiB.
    /// </summary>
    public long MaxUnacknowledgedBytes { get; init; } = 16 << 20;

    /// <summary>How long a leader's lease lasts, in milliseconds; 0 turns leases off and every read round is confirmed. Default: 400.</summary>
    public int LeaseMs { get; init; } = 400;

    /// <summary>By how many percent the clocks of two members may run apart: a lease is safe within this bound. 0 to 100. Default: 10.</summary>
    public int LeaseDriftPercent { get; init; } = 10;

    /// <summary>How long a member that granted a lease refuses others, by its own clock: longer than the leader counts, by the drift.</summary>
    public long GrantMs => LeaseMs + (((long)LeaseMs * LeaseDriftPercent) + 99) / 100;

    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public void Validate()
    {
        RequirePositive(ElectionTimeoutTicks, nameof(ElectionTimeoutTicks));
        RequirePositive(ResendTicks, nameof(ResendTicks));
        RequirePositive(MaxChunkBytes, nameof(MaxChunkBytes));
        RequirePositive(MaxUnacknowledgedBytes, nameof(MaxUnacknowledgedBytes));
        RequireBetween(LeaseMs, 0, int.MaxValue, nameof(LeaseMs));
        RequireBetween(LeaseDriftPercent, 0, 100, nameof(LeaseDriftPercent));
    }

    private static void RequireBetween(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentException($"{name} is {value}; it must lie between {least} and {most}.", name);
        }
    }

    private static void RequirePositive(long value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"{name} is {value}; it must be 1 or more.", name);
        }
    }
}
