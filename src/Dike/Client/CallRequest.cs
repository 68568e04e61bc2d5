using Dike.Wire;

namespace Dike.Client;

/// <summary>What a caller wants, before it is known where it goes.</summary>
internal abstract record CallRequest
{
    /// <summary>How long the caller waits.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The only kind of frame that answers it.</summary>
    public abstract FrameKind AnswerKind { get; }
}

/// <summary>A command or query for one key. <paramref name="UserId"/>: the id the caller chose, for commands only.</summary>
internal sealed record KeyedRequest(
    string Ring, string Machine, MethodContract Method, Consistency Consistency, string Key, ReadOnlyMemory<byte> Arguments, CommandId? UserId) : CallRequest
{
    public override FrameKind AnswerKind => FrameKind.CallResult;

    /// <summary>For a stale query, how old its answer may be; zero if there is no bound.</summary>
    public TimeSpan MaxStaleness { get; init; }
}

/// <summary>The routing table as some node sees it now.</summary>
internal sealed record RoutesRequest : CallRequest
{
    public override FrameKind AnswerKind => FrameKind.Routes;
}

/// <summary>Creation of a ring, through any node.</summary>
internal sealed record CreateRingRequest(string Name, string Machine, int Partitions, int Replicas) : CallRequest
{
    public override FrameKind AnswerKind => FrameKind.RingCreated;
}

/// <summary>Comparison of the replicas of one partition, by its leader.</summary>
internal sealed record CompareRequest(string Ring, int Partition) : CallRequest
{
    public override FrameKind AnswerKind => FrameKind.ReplicasCompared;
}
