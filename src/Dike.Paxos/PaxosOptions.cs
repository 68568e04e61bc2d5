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

    /// <exception cref="ArgumentException">A limit is below 1.</exception>
    public void Validate()
    {
        RequirePositive(ElectionTimeoutTicks, nameof(ElectionTimeoutTicks));
        RequirePositive(ResendTicks, nameof(ResendTicks));
        RequirePositive(MaxChunkBytes, nameof(MaxChunkBytes));
    }

    private static void RequirePositive(int value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"{name} is {value}; it must be 1 or more.", name);
        }
    }
}
