using System.Globalization;
using System.IO.Hashing;
using Dike.Paxos;
using Dike.Storage.Files;

namespace Dike.Storage;

/// <summary>
/// Snapshots as files of a data directory, one each: blocks in whole pages, then a <see cref="SnapshotFooter"/>. Written beside, synced, renamed, and the directory synced,
/// so a name that ends in <c>.snapshot</c> stands for a whole snapshot; what a crash left beside it is deleted at the next opening. Opened by the node.
/// </summary>
public sealed class SnapshotFiles : ISnapshotStore
{
    private const string DirectoryName = "snapshots";
    private const string Suffix = ".snapshot";
    private const string NewSuffix = ".new";
    private readonly IFileSystem _files;
    private readonly string _path;

    private SnapshotFiles(DataDirectory directory)
    {
        _files = directory.Files;
        _path = Path.Combine(directory.Location, DirectoryName);
    }

    /// <summary>Opens the snapshots of a data directory.</summary>
    /// <param name="directory">The directory; stays open while the store is used.</param>
    /// <returns>The store.</returns>
    /// <exception cref="IOException">The place for them cannot be made.</exception>
    public static SnapshotFiles Open(DataDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var store = new SnapshotFiles(directory);
        store._files.CreateDirectory(store._path);
        foreach (string leftOver in store._files.FileNames(store._path).Where(name => name.EndsWith(Suffix + NewSuffix, StringComparison.Ordinal)))
        {
            store._files.Delete(Path.Combine(store._path, leftOver));
        }

        return store;
    }

    /// <inheritdoc/>
    public void Save(GroupId group, SnapshotInfo snapshot, IReadOnlyList<ReadOnlyMemory<byte>> blocks)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(blocks);
        Invariant.Require(blocks.Count > 0 && blocks.Sum(block => (long)block.Length) == snapshot.Bytes, $"{blocks.Count} blocks of {snapshot}");
        string path = PathOf(group, snapshot.Slot);
        string beside = path + NewSuffix;
        var footer = new SnapshotFooter(group, snapshot, blocks[0].Length, [.. blocks.Select(block => XxHash3.HashToUInt64(block.Span))]);
        using (IStorageFile file = _files.Create(beside))
        {
            Write(file, footer, blocks);
        }

        _files.Rename(beside, path);
        _files.SyncDirectory(_path);
        foreach (Slot old in List(group).Skip(ISnapshotStore.Kept))
        {
            _files.Delete(PathOf(group, old));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Slot> List(GroupId group)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{group.Value}-");
        return
        [
            .. _files.FileNames(_path)
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
                .Select(name => long.TryParse(name.AsSpan(prefix.Length, name.Length - prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long slot) ? slot : 0)
                .Where(slot => slot > 0)
                .OrderDescending()
                .Select(slot => new Slot(slot)),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> Read(GroupId group, Slot slot, UInt128 contentHash, out SnapshotInfo? snapshot) =>
        Read(group, slot, contentHash, 0, int.MaxValue, out snapshot);

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReadBlocks(GroupId group, Slot slot, UInt128 contentHash, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        return Read(group, slot, contentHash, first, count, out _);
    }

    private static void Write(IStorageFile file, SnapshotFooter footer, IReadOnlyList<ReadOnlyMemory<byte>> blocks)
    {
        using AlignedBuffer place = new(footer.PlaceBytes);
        for (int index = 0; index < blocks.Count; index++)
        {
            Invariant.Require(blocks[index].Length == footer.LengthOf(index), $"block {index} has {blocks[index].Length} bytes");
            place.Span.Clear();
            blocks[index].Span.CopyTo(place.Span);
            file.Write(place.Span, footer.OffsetOf(index));
        }

        byte[] bytes = footer.ToBytes();
        using AlignedBuffer end = new(bytes.Length);
        bytes.CopyTo(end.Span);
        file.Write(end.Span, footer.OffsetOf(blocks.Count));
    }

    private List<ReadOnlyMemory<byte>> Read(GroupId group, Slot slot, UInt128 contentHash, int first, int count, out SnapshotInfo? snapshot)
    {
        snapshot = null;
        string path = PathOf(group, slot);
        if (!_files.Exists(path))
        {
            return [];
        }

        using IStorageFile file = _files.Open(path, writable: false);
        SnapshotFooter footer = SnapshotFooter.Read(file, out string? fault) ?? throw Damaged(path, 0, fault!);
        if (footer.Group != group || footer.Snapshot.Slot != slot)
        {
            throw Damaged(path, 0, $"it is the snapshot of slot {footer.Snapshot.Slot} of group {footer.Group}");
        }

        if (footer.Snapshot.ContentHash != contentHash)
        {
            return [];
        }

        var blocks = new List<ReadOnlyMemory<byte>>();
        for (int index = first; index < footer.Checksums.Length && index - first < count; index++)
        {
            byte[] block = new byte[footer.LengthOf(index)];
            if (file.Read(block, footer.OffsetOf(index)) != block.Length || XxHash3.HashToUInt64(block) != footer.Checksums[index])
            {
                throw Damaged(path, footer.OffsetOf(index), $"the checksum of block {index} of {footer.Checksums.Length} does not fit");
            }

            blocks.Add(block);
        }

        snapshot = footer.Snapshot;
        return blocks;
    }

    private static LogDamagedException Damaged(string path, long offset, string fault) =>
        new($"The snapshot '{path}' cannot be used: {fault}. Put the file back as it was, or re-seed this node from the other members.", path, offset);

    private string PathOf(GroupId group, Slot slot) => Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{group.Value}-{slot.Value:d20}{Suffix}"));
}
