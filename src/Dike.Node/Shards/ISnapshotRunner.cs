using Dike.Node.Groups.Snapshots;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Shards;

/// <summary>A node's snapshot store as the shard sees it: whatever may take long is done elsewhere and comes back as an input.</summary>
internal interface ISnapshotRunner
{
    /// <summary>Reads the snapshot that a group's log starts behind; null if it is not there. At the opening of the group only.</summary>
    SnapshotContent? Load(GroupId group, SnapshotInfo snapshot);

    /// <summary>Does what a group wants; its end is posted as <see cref="SnapshotSaved"/> or <see cref="SnapshotRead"/>.</summary>
    void Run(GroupId group, SnapshotRequest request);
}
