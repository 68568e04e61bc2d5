using Dike.Storage.Files;
using Dike.Storage.Tests.Compliance;

namespace Dike.Storage.Tests.Faults;

/// <summary>The last batch, torn at every byte: it is there whole or not at all, and everything before it is there.</summary>
public sealed class TornTailTests
{
    private static readonly List<LogRecord> Before = LogStoreCompliance.Script(5);
    private static readonly LogRecord Last = LogWrites.Accept(3, 6, LogWrites.Payload(9000, 6));
    private static readonly WriteAheadLogOptions Options = JournalOnFaultyDisk.Options with { SegmentBytes = 16 * BlockFormat.BlockBytes };

    [Fact]
    public async Task Recover_LastBatchTornAtEveryByte_CutsItWhole()
    {
        (FaultyFileSystem disk, byte[] without, byte[] with) = await WriteAsync();
        int from = without.AsSpan().CommonPrefixLength(with) / BlockFormat.BlockBytes * BlockFormat.BlockBytes;
        int to = from + (3 * BlockFormat.BlockBytes);
        for (int written = from; written <= to; written++)
        {
            disk.Damage(JournalOnFaultyDisk.SegmentPath(1), [.. with[..written], .. without[written..]]);
            List<LogRecord> recovered = JournalOnFaultyDisk.Recover(disk);
            bool whole = with.AsSpan(written).SequenceEqual(without.AsSpan(written));
            Assert.True(recovered.Count == Before.Count + (whole ? 1 : 0), $"{recovered.Count} records with {written - from} bytes of the last batch written.");
        }
    }

    [Fact]
    public async Task Recover_LastBatchWithoutAnyOneBlock_CutsItWholeAndGoesOnThere()
    {
        (FaultyFileSystem disk, byte[] without, byte[] with) = await WriteAsync();
        int from = without.AsSpan().CommonPrefixLength(with) / BlockFormat.BlockBytes * BlockFormat.BlockBytes;
        for (int lost = 0; lost < 3; lost++)
        {
            byte[] torn = [.. with];
            Array.Clear(torn, from + (lost * BlockFormat.BlockBytes), BlockFormat.BlockBytes);
            disk.Damage(JournalOnFaultyDisk.SegmentPath(1), torn);
            LogWrites.AssertEqual(Before, JournalOnFaultyDisk.Recover(disk));

            await using (JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk, Options))
            {
                await journal.AppendAsync(Before[0]);
            }

            LogWrites.AssertEqual([.. Before, Before[0]], JournalOnFaultyDisk.Recover(disk));
        }
    }

    [Fact]
    public async Task Recover_TornTailCut_LeavesTheDirectoryAsItIs()
    {
        (FaultyFileSystem disk, byte[] without, byte[] with) = await WriteAsync();
        int from = without.AsSpan().CommonPrefixLength(with);
        disk.Damage(JournalOnFaultyDisk.SegmentPath(1), [.. with[..(from + 700)], .. without[(from + 700)..]]);
        IReadOnlyDictionary<string, string> before = disk.Fingerprint();
        JournalOnFaultyDisk.Recover(disk);
        Assert.Equal(before, disk.Fingerprint());
    }

    private static async Task<(FaultyFileSystem Disk, byte[] Without, byte[] With)> WriteAsync()
    {
        FaultyFileSystem disk = new();
        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk, Options);
        foreach (LogRecord record in Before)
        {
            await journal.AppendAsync(record);
        }

        byte[] without = disk.BytesOf(JournalOnFaultyDisk.SegmentPath(1));
        await journal.AppendAsync(Last);
        byte[] with = disk.BytesOf(JournalOnFaultyDisk.SegmentPath(1));
        journal.Kill();
        return (disk.AfterCrash(), without, with);
    }
}
