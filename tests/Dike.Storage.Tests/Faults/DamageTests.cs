using Dike.Storage.Files;
using Dike.Storage.Tests.Compliance;

namespace Dike.Storage.Tests.Faults;

/// <summary>Damaged blocks: recovery refuses, or cuts what no watermark covers; it never gives back a wrong record, and never changes a file.</summary>
public sealed class DamageTests
{
    private static readonly List<LogRecord> Records = LogStoreCompliance.Script(9);
    private static readonly string Path1 = JournalOnFaultyDisk.SegmentPath(1);

    [Fact]
    public async Task Recover_BitFlippedAnywhere_NeverGivesAWrongRecord()
    {
        FaultyFileSystem disk = await WriteAsync(cleanStop: false);
        int refused = 0;
        int cut = 0;
        foreach ((string path, int offset) in SampledOffsets(disk))
        {
            byte[] intact = disk.BytesOf(path);
            byte[] damaged = [.. intact];
            damaged[offset] ^= (byte)(1 << (offset % 8));
            disk.Damage(path, damaged);
            IReadOnlyDictionary<string, string> before = disk.Fingerprint();
            try
            {
                List<LogRecord> recovered = JournalOnFaultyDisk.Recover(disk);
                Assert.True(recovered.Count >= Records.Count - 1, $"{recovered.Count} records after a flip at {offset} of {path}.");
                LogWrites.AssertEqual(Records.Take(recovered.Count), recovered);
                cut += Records.Count - recovered.Count;
            }
            catch (LogDamagedException e)
            {
                Assert.Equal(path, e.Path);
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
                refused++;
            }

            Assert.Equal(before, disk.Fingerprint());
            disk.Damage(path, intact);
        }

        Assert.True(refused > 500, $"{refused} refused");
        Assert.True(cut > 50, $"{cut} cut");
    }

    [Fact]
    public async Task Recover_BitFlippedAfterACleanStop_RefusesEveryFlipInARecord()
    {
        FaultyFileSystem disk = await WriteAsync(cleanStop: true);
        foreach ((string path, int offset) in SampledOffsets(disk))
        {
            byte[] intact = disk.BytesOf(path);
            bool inRecords = BlockFormat.TryReadHeader(intact.AsSpan(offset / 4096 * 4096, 4096), out BlockHeader header) && header.Kind == BatchKind.Records;
            byte[] damaged = [.. intact];
            damaged[offset] ^= 0x10;
            disk.Damage(path, damaged);
            if (inRecords)
            {
                Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));
            }

            disk.Damage(path, intact);
        }
    }

    [Fact]
    public async Task Recover_DamagedPayload_NamesFileOffsetGroupAndSlots()
    {
        FaultyFileSystem disk = new();
        await using (JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk))
        {
            await journal.AppendAsync(LogWrites.Accept(42, 100, LogWrites.Payload(5000, 1)));
            await journal.AppendAsync(LogWrites.Promise(1, 1));
        }

        byte[] damaged = [.. disk.BytesOf(Path1)];
        damaged[(2 * BlockFormat.BlockBytes) + 3000] ^= 1;
        disk.Damage(Path1, damaged);
        LogDamagedException error = Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));
        Assert.Equal(2 * BlockFormat.BlockBytes, error.Offset);
        Assert.Contains("offset 8192", error.Message, StringComparison.Ordinal);
        Assert.Contains("group 42 slots 100..101", error.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_SecondBlockOfABatchDamaged_NamesTheRecordOfTheFirst()
    {
        FaultyFileSystem disk = new();
        await using (JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk))
        {
            await journal.AppendAsync(LogWrites.Accept(42, 100, LogWrites.Payload(5000, 1)));
            await journal.AppendAsync(LogWrites.Promise(1, 1));
        }

        byte[] damaged = [.. disk.BytesOf(Path1)];
        damaged[(3 * BlockFormat.BlockBytes) + 300] ^= 1;
        disk.Damage(Path1, damaged);
        LogDamagedException error = Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));
        Assert.Equal(3 * BlockFormat.BlockBytes, error.Offset);
        Assert.Contains("group 42 slots 100..101", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_SyncedBlocksZeroedOrSwapped_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync(cleanStop: true);
        byte[] intact = disk.BytesOf(Path1);
        byte[] zeroed = [.. intact];
        Array.Clear(zeroed, 2 * BlockFormat.BlockBytes, BlockFormat.BlockBytes);
        disk.Damage(Path1, zeroed);
        Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));

        byte[] swapped = [.. intact[..4096], .. intact[8192..12288], .. intact[4096..8192], .. intact[12288..]];
        disk.Damage(Path1, swapped);
        Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));
    }

    [Fact]
    public async Task Recover_BlockOfAnotherJournal_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync(cleanStop: true);
        FaultyFileSystem other = await WriteAsync(cleanStop: true);
        byte[] mixed = [.. disk.BytesOf(Path1)];
        other.BytesOf(Path1).AsSpan(8192, 4096).CopyTo(mixed.AsSpan(8192));
        disk.Damage(Path1, mixed);
        LogDamagedException error = Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));
        Assert.Equal(8192, error.Offset);
    }

    [Fact]
    public async Task Recover_IntactBlockWithAnUnusableRecord_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync(cleanStop: true);
        byte[] bytes = [.. disk.BytesOf(Path1)];
        Span<byte> block = bytes.AsSpan(8192, 4096);
        Assert.True(BlockFormat.TryReadHeader(block, out BlockHeader header));
        block[BlockFormat.HeaderBytes + 30] ^= 1;
        BlockFormat.WriteHeader(block, header);
        disk.Damage(Path1, bytes);
        LogDamagedException error = Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));
        Assert.Contains("record's header", error.Message, StringComparison.Ordinal);
        Assert.Equal(8192, error.Offset);
    }

    [Fact]
    public async Task Recover_BatchKindOfANewerRelease_Refuses()
    {
        FaultyFileSystem disk = await WriteAsync(cleanStop: true);
        byte[] bytes = [.. disk.BytesOf(Path1)];
        Span<byte> block = bytes.AsSpan(8192, 4096);
        Assert.True(BlockFormat.TryReadHeader(block, out BlockHeader header));
        BlockFormat.WriteHeader(block, header with { Kind = (BatchKind)77 });
        disk.Damage(Path1, bytes);
        Assert.Contains("unknown kind 77", Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk)).Message, StringComparison.Ordinal);
    }

    /// <summary>Every byte of the headers and every 61st of the rest, of every segment.</summary>
    private static IEnumerable<(string Path, int Offset)> SampledOffsets(FaultyFileSystem disk)
    {
        foreach (string path in disk.Fingerprint().Keys.Where(path => path.EndsWith(".segment", StringComparison.Ordinal)).Order())
        {
            int length = disk.BytesOf(path).Length;
            for (int offset = 0; offset < length; offset++)
            {
                if (offset % BlockFormat.BlockBytes < BlockFormat.HeaderBytes || offset % 61 == 0)
                {
                    yield return (path, offset);
                }
            }
        }
    }

    /// <summary>Writes the records, one batch each, and an idle mark behind the fourth by a restart.</summary>
    private static async Task<FaultyFileSystem> WriteAsync(bool cleanStop)
    {
        FaultyFileSystem disk = new();
        await using (JournalOnFaultyDisk first = JournalOnFaultyDisk.Start(disk))
        {
            foreach (LogRecord record in Records.Take(4))
            {
                await first.AppendAsync(record);
            }
        }

        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk);
        foreach (LogRecord record in Records.Skip(4))
        {
            await journal.AppendAsync(record);
        }

        if (cleanStop)
        {
            await journal.DisposeAsync();
            return disk;
        }

        journal.Kill();
        return disk.AfterCrash();
    }
}
