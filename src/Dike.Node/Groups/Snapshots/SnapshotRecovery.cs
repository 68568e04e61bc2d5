using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;

namespace Dike.Node.Groups.Snapshots;

/// <summary>How a replica starts from its own snapshot. Without it nothing can be applied: what lies before it is gone from the log, and a state that leaves it out would be wrong.</summary>
internal static class SnapshotRecovery
{
    /// <summary>Restores what the recovered log starts behind. Does nothing if it starts at slot 1.</summary>
    /// <exception cref="GroupHaltedException">The snapshot is not there or cannot be used.</exception>
    public static void Restore(Applier applier, SnapshotInfo? recovered, SnapshotContent? found, GroupId group, MachineType type)
    {
        if (recovered is null)
        {
            return;
        }

        string remedy = "Put its file back as it was. Otherwise remove this member from the group, or start the node with an empty directory, so that it comes back as a new one from the others' snapshot.";
        if (found?.Info != recovered)
        {
            string there = found is null ? "" : $" What is there is {found.Info}.";
            throw new GroupHaltedException(recovered.Slot + 1, $"the log of group {group} starts behind the snapshot of slot {recovered}, which the node's store has not got.{there} {remedy}");
        }

        try
        {
            applier.Restore(SnapshotLoader.Load(found, group.Value, type));
        }
        catch (InvalidFrameException exception)
        {
            throw new GroupHaltedException(recovered.Slot + 1, $"the snapshot of slot {recovered} of group {group} cannot be used: {exception.Message}. {remedy}", exception);
        }
    }
}
