namespace Dike.Client;

/// <summary>How far a link has come.</summary>
internal enum LinkState
{
    Down,
    Connecting,
    Greeting,
    Ready,
}

/// <summary>
/// What the client knows of the connection to one address. Kept while it is down, with the reason and the time of the next attempt.
/// Owned by <see cref="LinkTable"/>.
/// </summary>
internal sealed class NodeLink(string address)
{
    public string Address { get; } = address;

    /// <summary>Names the current connection attempt; what a former one still reports is ignored.</summary>
    public long Id { get; set; }

    public LinkState State { get; set; }

    /// <summary>The name the node gave in its Welcome.</summary>
    public string? NodeName { get; set; }

    /// <summary>The smaller of the node's and our frame limit.</summary>
    public int MaxFrameBytes { get; set; }

    /// <summary>Why it is down, as far as known.</summary>
    public string? Problem { get; set; }

    /// <summary>Whether the last attempt ended because the node refused us or belongs to another cluster.</summary>
    public bool IsRefused { get; set; }

    public int Failures { get; set; }

    /// <summary>No attempt before this time.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>When anything was last heard on it, or when waiting for something began.</summary>
    public TimeSpan HeardAt { get; private set; }

    /// <summary>When the node was asked for a sign of life that has not come.</summary>
    public TimeSpan? ProbedAt { get; set; }

    /// <summary>Attempts in flight on it.</summary>
    public int Awaiting { get; set; }

    /// <summary>Something was heard.</summary>
    public void Heard(TimeSpan now)
    {
        HeardAt = now;
        ProbedAt = null;
    }

    /// <summary>One more answer is awaited. Silence counts from now if none was before.</summary>
    public void Await(TimeSpan now)
    {
        if (Awaiting++ == 0)
        {
            Heard(now);
        }
    }

    /// <summary>What is known of it, for people.</summary>
    public string Describe() => State switch
    {
        LinkState.Down => Problem ?? "not tried",
        LinkState.Connecting => "no connection yet" + (Problem is null ? "" : $" ({Problem})"),
        LinkState.Greeting => "connected, no greeting yet",
        LinkState.Ready => "connected",
    };
}
