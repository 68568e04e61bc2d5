using Dike.Node.Diagnostics;
using Dike.Node.Groups.Snapshots;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Runtime;

/// <summary>
/// Works for the shard on the snapshot store, off the shard's thread, one request after the other: a disk that is busy with a large snapshot must not hold up commands. A
/// snapshot that cannot be written ends the node, as every failed write does; one that cannot be read is not there for who asked.
/// </summary>
internal sealed class SnapshotRunner(string node, ISnapshotStore store, ShardQueue queue, ILogger logger, Action<Exception> onFailed) : ISnapshotRunner
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;

    /// <inheritdoc/>
    public SnapshotContent? Load(GroupId group, SnapshotInfo snapshot)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> blocks = store.Read(group, snapshot.Slot, snapshot.ContentHash, out SnapshotInfo? found);
        return found is null ? null : new SnapshotContent(found, blocks);
    }

    /// <inheritdoc/>
    public void Run(GroupId group, SnapshotRequest request)
    {
        lock (_gate)
        {
            _last = _last.ContinueWith(_ => Do(group, request), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Waits for what was asked for: nothing may be written after the data directory is closed.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            return _last;
        }
    }

    private void Do(GroupId group, SnapshotRequest request)
    {
        try
        {
            switch (request)
            {
                case SaveSnapshot save:
                    store.Save(group, save.Content.Info, save.Content.Blocks);
                    queue.Post(new SnapshotSaved(group, save.Content.Info));
                    break;
                case ReadSnapshotBlocks read:
                    queue.Post(new SnapshotRead(group, read, Read(group, read)));
                    break;
            }
        }
        catch (IOException error)
        {
            onFailed(error);
        }
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> Read(GroupId group, ReadSnapshotBlocks read)
    {
        try
        {
            return store.ReadBlocks(group, read.Slot, read.ContentHash, read.First, read.Count);
        }
        catch (LogDamagedException error)
        {
            // Others have the same snapshot: whoever asked goes to them. This one is found again, and refused, when this node needs it itself.
            NodeLog.SnapshotDamaged(logger, node, group.Value, error.Message);
            return [];
        }
    }
}
