using Dike.Paxos;
using Dike.Storage.Tests.Compliance;
using Dike.Storage.Tests.Faults;

namespace Dike.Storage.Tests.Files;

/// <summary>The compliance cases on real files; crashes at every operation and damage at every byte on a faulty disk.</summary>
public sealed class SnapshotFilesTests : SnapshotStoreCompliance, IDisposable
{
    private static readonly GroupId Group = new(7);
    private readonly TemporaryDirectory _place = new();
    private DataDirectory? _directory;

    public void Dispose()
    {
        _directory?.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.5, false)]
    [InlineData(0.5, true)]
    [InlineData(1.0, true)]
    public void Save_CrashAtEveryOperation_LeavesTheOldOnesWholeAndTheNewOneWholeOrNot(double written, bool keepNames)
    {
        (SnapshotInfo Info, ReadOnlyMemory<byte>[] Blocks)[] saved = [Make(5, 9_000, 4096), Make(10, 9_100, 4096), Make(15, 9_200, 4096)];
        bool crashed = true;
        int operations = 0;
        for (int at = 0; crashed; at++)
        {
            var disk = new FaultyFileSystem();
            SnapshotFiles store = Open(disk);
            store.Save(Group, saved[0].Info, saved[0].Blocks);
            store.Save(Group, saved[1].Info, saved[1].Blocks);
            int seen = 0;
            int fault = at;
            disk.Plan(_ => seen++ == fault, FaultKind.Crash, (before, after) => after[..(before.Length + (int)((after.Length - before.Length) * written))], keepNames);
            Exception? thrown = Record.Exception(() => store.Save(Group, saved[2].Info, saved[2].Blocks));
            crashed = thrown is IOException;
            operations = at;

            SnapshotFiles reopened = Open(disk.AfterCrash());
            Assert.True(IsWhole(reopened, saved[1]), $"crash at {at}: {string.Join("; ", disk.Operations)}");
            Assert.True(IsWhole(reopened, saved[2]) || (crashed && reopened.List(Group).All(slot => slot != saved[2].Info.Slot)), $"crash at {at}");
            reopened.Save(Group, saved[2].Info, saved[2].Blocks);
            Assert.True(IsWhole(reopened, saved[2]) && IsWhole(reopened, saved[1]), $"after the crash at {at}");
            Assert.Equal(2, reopened.List(Group).Count);
        }

        Assert.InRange(operations, 7, 20);
    }

    [Fact]
    public void Save_DiskFails_ThrowsAndKeepsWhatWasThere()
    {
        (SnapshotInfo Info, ReadOnlyMemory<byte>[] Blocks) old = Make(5, 100, 64);
        (SnapshotInfo Info, ReadOnlyMemory<byte>[] Blocks) next = Make(9, 100, 64);
        var disk = new FaultyFileSystem();
        SnapshotFiles store = Open(disk);
        store.Save(Group, old.Info, old.Blocks);
        disk.Plan(operation => operation.StartsWith("write", StringComparison.Ordinal), FaultKind.Error);

        Assert.Throws<IOException>(() => store.Save(Group, next.Info, next.Blocks));

        Assert.True(IsWhole(store, old));
        Assert.Equal([old.Info.Slot], store.List(Group));
        Assert.Equal([old.Info.Slot], Open(disk).List(Group));
    }

    [Fact]
    public void Read_AnyUsedByteChanged_RefusesNamingFileAndBlock()
    {
        (SnapshotInfo info, ReadOnlyMemory<byte>[] blocks) = Make(5, 200, 64);
        var disk = new FaultyFileSystem();
        SnapshotFiles store = Open(disk);
        store.Save(Group, info, blocks);
        string path = Path.Combine("/data", "snapshots", "7-00000000000000000005.snapshot");
        byte[] intact = disk.BytesOf(path);
        for (int offset = 0; offset < intact.Length; offset += offset % 4096 > 250 ? 97 : 1)
        {
            byte[] damaged = [.. intact];
            damaged[offset] ^= 4;
            disk.Damage(path, damaged);
            bool isPadding = offset < 4 * 4096 && offset % 4096 >= (offset < 3 * 4096 ? 64 : 8);
            LogDamagedException? refused = Record.Exception(() => store.Read(Group, info.Slot, info.ContentHash, out _)) as LogDamagedException;
            Assert.True(isPadding == refused is null, $"byte {offset}: {refused?.Message}");
            if (refused is not null)
            {
                Assert.Contains(path, refused.Message, StringComparison.Ordinal);
                Assert.True(offset >= 4 * 4096 || refused.Message.Contains($"block {offset / 4096} of 4", StringComparison.Ordinal), refused.Message);
            }
        }

        disk.Damage(path, intact[..^4096]);
        Assert.Throws<LogDamagedException>(() => store.Read(Group, info.Slot, info.ContentHash, out _));
        disk.Damage(path, []);
        Assert.Throws<LogDamagedException>(() => store.Read(Group, info.Slot, info.ContentHash, out _));
    }

    [Fact]
    public void Read_UnderAnotherSlotsName_Refuses()
    {
        (SnapshotInfo info, ReadOnlyMemory<byte>[] blocks) = Make(5, 200, 64);
        var disk = new FaultyFileSystem();
        SnapshotFiles store = Open(disk);
        store.Save(Group, info, blocks);
        disk.Damage(Path.Combine("/data", "snapshots", "7-00000000000000000006.snapshot"), disk.BytesOf(Path.Combine("/data", "snapshots", "7-00000000000000000005.snapshot")));

        LogDamagedException refused = Assert.Throws<LogDamagedException>(() => store.Read(Group, new Slot(6), info.ContentHash, out _));
        Assert.Contains("slot 5 of group 7", refused.Message, StringComparison.Ordinal);
    }

    protected override ISnapshotStore Open()
    {
        _directory?.Dispose();
        _directory = DataDirectory.Open(_place.Location);
        return SnapshotFiles.Open(_directory);
    }

    private static SnapshotFiles Open(FaultyFileSystem disk)
    {
        using DataDirectory directory = DataDirectory.Open("/data", disk);
        return SnapshotFiles.Open(directory);
    }

    private static bool IsWhole(SnapshotFiles store, (SnapshotInfo Info, ReadOnlyMemory<byte>[] Blocks) saved) =>
        store.Read(Group, saved.Info.Slot, saved.Info.ContentHash, out SnapshotInfo? found)
            .Select(block => Convert.ToHexString(block.Span)).SequenceEqual(saved.Blocks.Select(block => Convert.ToHexString(block.Span))) && saved.Info.Equals(found);
}
