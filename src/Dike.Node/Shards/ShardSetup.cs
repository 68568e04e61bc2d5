using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Node.Replies;
using Dike.Paxos;
using Dike.Storage;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Shards;

/// <summary>What a shard is made of.</summary>
internal sealed record ShardSetup
{
    public required NodeIdentity Identity { get; init; }

    public required ClusterMembership Membership { get; init; }

    /// <summary>The recovered and started journal.</summary>
    public required ILogStore Store { get; init; }

    /// <summary>What the journal gave back, by group.</summary>
    public required IReadOnlyDictionary<GroupId, RecoveredState> Recovered { get; init; }

    public required StateMachineCollection Machines { get; init; }

    public required GroupOptions GroupOptions { get; init; }

    public required TimeSpan ElectionTimeout { get; init; }

    /// <summary>The size at which a frame of peer messages is sent and the next one begun, in bytes.</summary>
    public required int TargetFrameBytes { get; init; }

    /// <summary>Where marks of what is being applied are kept.</summary>
    public required IMarkStore Marks { get; init; }

    /// <summary>The node's snapshots.</summary>
    public required ISnapshotRunner Snapshots { get; init; }

    public required IReplyRunner Replies { get; init; }

    /// <summary>The address of a node by its name, or an empty text while unknown.</summary>
    public required Func<string, string> AddressOf { get; init; }

    public required ILogger Logger { get; init; }
}
