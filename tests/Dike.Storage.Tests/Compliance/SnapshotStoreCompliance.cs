using System.IO.Hashing;
using Dike.Paxos;

namespace Dike.Storage.Tests.Compliance;

/// <summary>What every <see cref="ISnapshotStore"/> must do. A test class per store derives from this and says how to open and reopen it.</summary>
public abstract class SnapshotStoreCompliance
{
    private static readonly GroupId Group = new(7);

    /// <summary>Opens a store; the first time an empty one, later what is left of the last.</summary>
    protected abstract ISnapshotStore Open();

    [Fact]
    public void Read_Empty_GivesNothing()
    {
        ISnapshotStore store = Open();
        Assert.Empty(store.List(Group));
        Assert.Empty(store.Read(Group, new Slot(1), 1, out SnapshotInfo? info));
        Assert.Null(info);
        Assert.Empty(store.ReadBlocks(Group, new Slot(1), 1, 0, 1));
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    [InlineData(1000, 64)]
    [InlineData(300_000, 4096)]
    public void Save_ContentOfManySizes_IsReadBackExactly(int bytes, int blockBytes)
    {
        (SnapshotInfo info, ReadOnlyMemory<byte>[] blocks) = Make(9, bytes, blockBytes);
        Open().Save(Group, info, blocks);

        IReadOnlyList<ReadOnlyMemory<byte>> read = Open().Read(Group, info.Slot, info.ContentHash, out SnapshotInfo? found);

        Assert.Equal(info, found);
        Assert.Equal(blocks.Select(block => Convert.ToHexString(block.Span)), read.Select(block => Convert.ToHexString(block.Span)));
    }

    [Fact]
    public void ReadBlocks_Some_GivesThose()
    {
        (SnapshotInfo info, ReadOnlyMemory<byte>[] blocks) = Make(9, 1000, 64);
        ISnapshotStore store = Open();
        store.Save(Group, info, blocks);

        Assert.Equal(blocks[3..5].Select(Hex), store.ReadBlocks(Group, info.Slot, info.ContentHash, 3, 2).Select(Hex));
        Assert.Equal(blocks[15..].Select(Hex), store.ReadBlocks(Group, info.Slot, info.ContentHash, 15, 9).Select(Hex));
        Assert.Empty(store.ReadBlocks(Group, info.Slot, info.ContentHash, 16, 1));
        Assert.Empty(store.ReadBlocks(Group, info.Slot, info.ContentHash + 1, 0, 1));
        Assert.Empty(store.ReadBlocks(new GroupId(8), info.Slot, info.ContentHash, 0, 1));
    }

    [Fact]
    public void Save_Many_KeepsTheLastTwoOfEachGroup()
    {
        ISnapshotStore store = Open();
        foreach (int slot in new[] { 5, 20, 100, 1000 })
        {
            (SnapshotInfo info, ReadOnlyMemory<byte>[] blocks) = Make(slot, 100, 64);
            store.Save(Group, info, blocks);
            store.Save(new GroupId(71), info, blocks);
        }

        Assert.Equal([1000, 100], Open().List(Group).Select(slot => slot.Value));
        Assert.Equal([1000, 100], Open().List(new GroupId(71)).Select(slot => slot.Value));
        Assert.Empty(Open().List(new GroupId(1)));
    }

    [Fact]
    public void Save_SameSlotAgain_ReplacesIt()
    {
        ISnapshotStore store = Open();
        (SnapshotInfo first, ReadOnlyMemory<byte>[] firstBlocks) = Make(5, 100, 64);
        (SnapshotInfo second, ReadOnlyMemory<byte>[] secondBlocks) = Make(5, 101, 64);
        store.Save(Group, first, firstBlocks);
        store.Save(Group, second, secondBlocks);

        Assert.Single(store.List(Group));
        Assert.Empty(store.Read(Group, first.Slot, first.ContentHash, out _));
        Assert.Equal(2, store.Read(Group, second.Slot, second.ContentHash, out _).Count);
    }

    internal static (SnapshotInfo Info, ReadOnlyMemory<byte>[] Blocks) Make(int slot, int bytes, int blockBytes)
    {
        byte[] content = LogWrites.Payload(bytes, slot);
        ReadOnlyMemory<byte>[] blocks = [.. content.Chunk(blockBytes).Select(block => (ReadOnlyMemory<byte>)block)];
        Member[] members = [new(new ReplicaId(1), 2, "node-a", 77), new(new ReplicaId(4), 1, "node-b", 78)];
        return (new SnapshotInfo(new Slot(slot), new ConfigurationId(3), [.. members], bytes, XxHash128.HashToUInt128(content)), blocks);
    }

    private static string Hex(ReadOnlyMemory<byte> block) => Convert.ToHexString(block.Span);
}
