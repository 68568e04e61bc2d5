using Dike.Node.Diagnostics;
using Dike.Node.Groups;
using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Poison;
using Dike.Node.Groups.Snapshots;

namespace Dike.Node.Shards;

/// <summary>
/// What a group's turn wants done outside the shard and nobody on the shard waits for: reply delegates, marks, snapshots, lines for whoever operates the node. What comes of
/// it is an input of a later turn. Owned by the shard.
/// </summary>
internal sealed class Errands(ShardSetup setup)
{
    private readonly MarkGate _marks = new(setup.Marks);

    public void Run(GroupHost host)
    {
        GroupOutputs outputs = host.Outputs;
        foreach (ReplyWork work in outputs.Replies)
        {
            setup.Replies.Run(host.Description.Group, work);
        }

        foreach (ApplyMark mark in outputs.Marks)
        {
            _marks.Want(host, mark);
        }

        _marks.Update(host);
        foreach (SnapshotRequest request in outputs.SnapshotRequests)
        {
            setup.Snapshots.Run(host.Description.Group, request);
        }

        foreach (string notice in outputs.SnapshotNotices)
        {
            NodeLog.SnapshotNotice(setup.Logger, setup.Identity.Name, host.Description.Group.Value, notice);
        }

        foreach (Difference difference in outputs.Differences)
        {
            NodeLog.MemberDiffers(setup.Logger, setup.Identity.Name, host.Description.Group.Value, difference.Member.Value, difference.Evidence);
        }
    }
}
