using Dike.Node.Groups.Snapshots;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Tests.Shards;

/// <summary>The snapshots of nodes whose logs stay short: there are none, and none are taken.</summary>
internal sealed class NoSnapshots : ISnapshotRunner
{
    public SnapshotContent? Load(GroupId group, SnapshotInfo snapshot)
    {
        Assert.Fail($"no snapshot was expected: group {group} at {snapshot.Slot}");
        return null;
    }

    public void Run(GroupId group, SnapshotRequest request) => Assert.Fail($"no snapshot was expected: {request} of group {group}");
}
