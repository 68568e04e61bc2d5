using Dike.Node.Groups;
using Dike.Node.Groups.Poison;
using Dike.Node.Groups.Snapshots;
using Dike.Node.Liveness;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>What can happen to a shard. Anything that may touch a group comes through here, so that a group is only ever touched by one thread.</summary>
internal abstract record ShardInput;

/// <summary>A connection to or from a member is there; <paramref name="Sender"/> is given for the one this node sends on.</summary>
internal sealed record LinkOpened(int Member, ulong Incarnation, LinkDirection Direction, long Link, IPeerLink? Sender) : ShardInput;

internal sealed record LinkClosed(int Member, LinkDirection Direction, long Link, string Reason) : ShardInput;

internal sealed record HeartbeatReceived(int Member, long Link, Heartbeat Heartbeat) : ShardInput;

internal sealed record PeerMessagesReceived(int Member, long Link, PeerEnvelope[] Envelopes) : ShardInput;

/// <summary>A member asks for the result of a state check.</summary>
internal sealed record StateCheckAsked(int Member, long Link, StateCheckQuestion Question) : ShardInput;

internal sealed record StateCheckAnswered(int Member, long Link, StateCheckAnswer Answer) : ShardInput;

internal sealed record CallReceived(CallTicket Ticket, Call Call) : ShardInput;

internal sealed record ComparisonAsked(IAnswerSink Sink, CompareReplicas Request) : ShardInput;

/// <summary>Whoever waited for answers is gone.</summary>
internal sealed record OwnerGone(object Owner) : ShardInput;

internal sealed record PositionSynced(LogPosition Position) : ShardInput;

/// <summary>An operator's order to one group; nothing happens if the group is not here.</summary>
internal sealed record GroupOrder(GroupId Group, Action<GroupCore, Moment, GroupOutputs> Do) : ShardInput;

/// <summary>The last mark of a group is durable.</summary>
internal sealed record MarkSaved(GroupId Group, ApplyMark Mark) : ShardInput;

/// <summary>A snapshot that a group took or fetched is durable.</summary>
internal sealed record SnapshotSaved(GroupId Group, SnapshotInfo Snapshot) : ShardInput;

/// <summary>Blocks of a snapshot that another replica asked for; none if they are not there.</summary>
internal sealed record SnapshotRead(GroupId Group, ReadSnapshotBlocks Request, IReadOnlyList<ReadOnlyMemory<byte>> Blocks) : ShardInput;

/// <summary>The node will stop as planned: it hands over all that it leads, and calls <paramref name="Done"/> on the shard's thread when nothing is being handed over any more.</summary>
internal sealed record HandOverAsked(Action Done) : ShardInput;

/// <summary>The delegate that computes a reply has ended.</summary>
internal sealed record ReplyEnded(GroupId Group, CommandId CommandId, ReadOnlyMemory<byte>? Value, string? Failure) : ShardInput;
