using Dike.Paxos;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Diagnostics;

/// <summary>
/// Everything a node writes to its log, with event ids that never change meaning: 21xx start and stop, 22xx founding and membership, 23xx connections,
/// 24xx groups, 25xx replies. Nothing per command at Information or above.
/// </summary>
internal static partial class NodeLog
{
    [LoggerMessage(2100, LogLevel.Information, "Node {Node} (incarnation {Incarnation:x16}, boot {Boot}) listens at {Address}; data in {Directory}")]
    public static partial void Started(ILogger logger, string node, ulong incarnation, ulong boot, string address, string directory);

    [LoggerMessage(2101, LogLevel.Information, "Node {Node} has stopped: {Reason}")]
    public static partial void Stopped(ILogger logger, string node, string reason);

    [LoggerMessage(2102, LogLevel.Critical, "Node {Node} stops: its journal failed. What is on disk is not known any more; check the disk, then start the node again")]
    public static partial void StoreFailed(ILogger logger, string node, Exception error);

    [LoggerMessage(2103, LogLevel.Critical, "Node {Node} stops: its shard failed. This is a bug of Dike; the log on disk is intact")]
    public static partial void ShardFailed(ILogger logger, string node, Exception error);

    [LoggerMessage(2104, LogLevel.Information, "Node {Node} recovered {Records} records of {Groups} groups from its journal")]
    public static partial void Recovered(ILogger logger, string node, long records, int groups);

    [LoggerMessage(2200, LogLevel.Information, "Node {Node} belongs to no cluster yet: {Reason}")]
    public static partial void Waiting(ILogger logger, string node, string reason);

    [LoggerMessage(2201, LogLevel.Information, "Node {Node} has founded {Membership}")]
    public static partial void Founded(ILogger logger, string node, string membership);

    [LoggerMessage(2202, LogLevel.Information, "Node {Node} now belongs to {Membership}")]
    public static partial void Adopted(ILogger logger, string node, string membership);

    [LoggerMessage(2204, LogLevel.Warning, "Node {Node} has lost its directory and comes back as incarnation {Incarnation:x16} of {Membership}; it votes again where the groups admit it anew")]
    public static partial void Rejoined(ILogger logger, string node, ulong incarnation, string membership);

    [LoggerMessage(2203, LogLevel.Critical, "Node {Node} is refused and stops: {Reason}")]
    public static partial void NodeRefused(ILogger logger, string node, string reason);

    [LoggerMessage(2300, LogLevel.Information, "Node {Node}: member {Peer} is {State}: {Reason}")]
    public static partial void PeerChanged(ILogger logger, string node, string peer, string state, string reason);

    [LoggerMessage(2301, LogLevel.Warning, "Node {Node} closed the connection from {Remote}: {Reason}")]
    public static partial void HostileConnection(ILogger logger, string node, string remote, string reason);

    [LoggerMessage(EventId = 2302, Message = "Node {Node} refused {Remote}: {Reason}")]
    public static partial void HelloRefused(ILogger logger, LogLevel level, string node, string remote, string reason);

    [LoggerMessage(2303, LogLevel.Information, "Node {Node}: the connection from {Remote} has ended: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string node, string remote, string reason);

    [LoggerMessage(2304, LogLevel.Warning, "Node {Node} cannot link to seed {Seed}: {Reason}")]
    public static partial void LinkRefused(ILogger logger, string node, string seed, string reason);

    [LoggerMessage(2305, LogLevel.Warning, "Node {Node}: {Trouble}")]
    public static partial void AcceptTrouble(ILogger logger, string node, string trouble);

    [LoggerMessage(2306, LogLevel.Error, "Node {Node}: the receiver of the connection from {Remote} failed. This is a bug of Dike; the connection was closed")]
    public static partial void ReceiverFailed(ILogger logger, string node, string remote, Exception error);

    [LoggerMessage(2400, LogLevel.Critical, "Node {Node} has halted group {Group} (ring {Ring}, partition {Partition}): an invariant does not hold. Its log is kept as evidence; the other groups go on")]
    public static partial void GroupHalted(ILogger logger, string node, int group, string ring, int partition, Exception error);

    [LoggerMessage(2403, LogLevel.Critical, "Node {Node}: replica {Replica} of group {Group} differs from the majority of its members and must not be trusted. {Evidence}")]
    public static partial void MemberDiffers(ILogger logger, string node, int group, uint replica, string evidence);

    [LoggerMessage(2404, LogLevel.Warning, "Node {Node}: group {Group}: {Notice}")]
    public static partial void SnapshotNotice(ILogger logger, string node, int group, string notice);

    [LoggerMessage(2405, LogLevel.Error, "Node {Node}: a snapshot of group {Group} is damaged and was not given to another member: {Damage}")]
    public static partial void SnapshotDamaged(ILogger logger, string node, int group, string damage);

    [LoggerMessage(2406, LogLevel.Critical, "Node {Node} cannot open its replica of group {Group}: {Reason} The other groups go on")]
    public static partial void GroupNotOpened(ILogger logger, string node, int group, string reason);

    [LoggerMessage(2401, LogLevel.Error, "Node {Node} does not open {Groups} groups of ring {Ring}: its machine '{Machine}' is not registered here (registered: {Known}). Register it and restart the node")]
    public static partial void UnknownMachine(ILogger logger, string node, string ring, string machine, string known, int groups);

    [LoggerMessage(2402, LogLevel.Information, "Node {Node} runs {Groups} groups of ring {Ring} (machine {Machine})")]
    public static partial void GroupsOpened(ILogger logger, string node, int groups, string ring, string machine);

    [LoggerMessage(2404, LogLevel.Debug, "Node {Node}: group {Group} is in configuration {Configuration} of {Members}; this replica, {Replica}, is there as {Role}")]
    public static partial void MembersChanged(ILogger logger, string node, int group, uint configuration, string members, uint replica, ReplicaRole role);

    [LoggerMessage(2500, LogLevel.Error, "Node {Node}: the reply delegate of command {Command} on {Machine} failed; the command was applied")]
    public static partial void ReplyFailed(ILogger logger, string node, CommandId command, string machine, Exception error);
}
