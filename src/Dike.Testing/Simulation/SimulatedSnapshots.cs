using Dike.Node.Groups.Snapshots;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Testing.Simulation;

/// <summary>A node's snapshots on a simulated disk: what is saved survives crashes, and saving and reading take virtual time.</summary>
internal sealed class SimulatedSnapshots(SimulatedWorld world, SimulatedNode node, MemorySnapshotStore store, ulong boot) : ISnapshotRunner
{
    /// <inheritdoc/>
    public SnapshotContent? Load(GroupId group, SnapshotInfo snapshot)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> blocks = store.Read(group, snapshot.Slot, snapshot.ContentHash, out SnapshotInfo? found);
        return found is null ? null : new SnapshotContent(found, blocks);
    }

    /// <inheritdoc/>
    public void Run(GroupId group, SnapshotRequest request) => world.Time.In(300 + world.Random.Next(3_000), () => Finish(group, request));

    private void Finish(GroupId group, SnapshotRequest request)
    {
        if (!node.IsAlive || node.Boot != boot)
        {
            return; // The process died before the rename: nothing is there.
        }

        switch (request)
        {
            case SaveSnapshot save:
                if (world.Plan.Faults.Any(fault => fault.Kind == FaultKind.Snapshot))
                {
                    world.Probes.Fired(FaultKind.Snapshot);
                }

                store.Save(group, save.Content.Info, save.Content.Blocks);
                node.Post(new SnapshotSaved(group, save.Content.Info));
                break;
            case ReadSnapshotBlocks read:
                node.Post(new SnapshotRead(group, read, store.ReadBlocks(group, read.Slot, read.ContentHash, read.First, read.Count)));
                break;
        }
    }
}
