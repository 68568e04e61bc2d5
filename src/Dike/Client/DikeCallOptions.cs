namespace Dike;

/// <summary>What a caller may choose per call. Options not set fall back to the client's.</summary>
public sealed record DikeCallOptions
{
    /// <summary>How long to wait at most; the smaller of this and the client's timeout counts. Greater than zero. Default: the client's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What queries may be answered from. Default: what the query's attribute says.</summary>
    public Consistency? Consistency { get; init; }

    /// <summary>
    /// How old the answer of a stale query may be at most: the answering replica asks the leader how far the log is decided, once per bound, and shares that among its callers.
    /// At least one millisecond. Ignored by linearizable queries. Default: no bound.
    /// </summary>
    public TimeSpan? MaxStaleness { get; init; }

    /// <summary>The id under which to send the next command, so that a retry after the caller's own restart is not applied twice. Default: a new one per command.</summary>
    public CommandId? CommandId { get; init; }

    /// <summary>The ring to call, where a machine has several. Default: the ring with the machine's wire name.</summary>
    public string? Ring { get; init; }
}
