using Dike.Paxos;

namespace Dike.Storage;

/// <summary>Snapshots in memory: the readable reference of what <see cref="ISnapshotStore"/> promises, and a store for tests and for groups that live in memory.</summary>
public sealed class MemorySnapshotStore : ISnapshotStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GroupId, List<(SnapshotInfo Snapshot, ReadOnlyMemory<byte>[] Blocks)>> _groups = [];

    /// <inheritdoc/>
    public void Save(GroupId group, SnapshotInfo snapshot, IReadOnlyList<ReadOnlyMemory<byte>> blocks)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(blocks);
        lock (_gate)
        {
            List<(SnapshotInfo Snapshot, ReadOnlyMemory<byte>[] Blocks)> kept = _groups.GetValueOrDefault(group) ?? [];
            kept.RemoveAll(entry => entry.Snapshot.Slot == snapshot.Slot);
            kept.Add((snapshot, [.. blocks]));
            kept.Sort((left, right) => right.Snapshot.Slot.CompareTo(left.Snapshot.Slot));
            kept.RemoveRange(Math.Min(kept.Count, ISnapshotStore.Kept), Math.Max(0, kept.Count - ISnapshotStore.Kept));
            _groups[group] = kept;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Slot> List(GroupId group)
    {
        lock (_gate)
        {
            return _groups.TryGetValue(group, out List<(SnapshotInfo Snapshot, ReadOnlyMemory<byte>[] Blocks)>? kept) ? [.. kept.Select(entry => entry.Snapshot.Slot)] : [];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> Read(GroupId group, Slot slot, UInt128 contentHash, out SnapshotInfo? snapshot)
    {
        (snapshot, ReadOnlyMemory<byte>[] blocks) = Find(group, slot, contentHash);
        return blocks;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReadBlocks(GroupId group, Slot slot, UInt128 contentHash, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        return [.. Find(group, slot, contentHash).Blocks.Skip(first).Take(count)];
    }

    private (SnapshotInfo? Snapshot, ReadOnlyMemory<byte>[] Blocks) Find(GroupId group, Slot slot, UInt128 contentHash)
    {
        lock (_gate)
        {
            List<(SnapshotInfo Snapshot, ReadOnlyMemory<byte>[] Blocks)> kept = _groups.GetValueOrDefault(group) ?? [];
            (SnapshotInfo Snapshot, ReadOnlyMemory<byte>[] Blocks) found = kept.Find(entry => entry.Snapshot.Slot == slot && entry.Snapshot.ContentHash == contentHash);
            return found.Snapshot is null ? (null, []) : found;
        }
    }
}
