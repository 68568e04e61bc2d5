using Dike.Storage.Files;
using Dike.Storage.Tests.Compliance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Storage.Tests.Faults;

/// <summary>The order of write, sync and report, and what follows a failure: the store stops, for good.</summary>
public sealed class WriteFailureTests
{
    private static readonly List<LogRecord> Records = LogStoreCompliance.Script(6);

    [Fact]
    public async Task Append_SyncHeld_ReportsNothingUntilItIsDone()
    {
        FaultyFileSystem disk = new();
        await using JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk);
        await journal.AppendAsync(Records[0]);
        LogPosition before = journal.Watcher.Reported;
        disk.HoldWrites();
        LogPosition held = journal.Log.Append([Records[1]]);
        await disk.WriteHeld;
        Assert.Equal(before, journal.Watcher.Reported);
        Assert.Equal(before, journal.Log.SyncedUpTo);
        disk.ReleaseWrites();
        await journal.Watcher.SyncedAsync(held);
        Assert.Equal(held, journal.Log.SyncedUpTo);
    }

    [Fact]
    public async Task Append_WhileAWriteIsUnderWay_SharesOneWrite()
    {
        FaultyFileSystem disk = new();
        await using JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk, new WriteAheadLogOptions { IdleMarkDelay = Timeout.InfiniteTimeSpan });
        disk.HoldWrites();
        journal.Log.Append([Records[0]]);
        await disk.WriteHeld;
        LogPosition last = default;
        for (int i = 0; i < 100; i++)
        {
            last = journal.Log.Append([LogWrites.Promise(i, i)]);
        }

        disk.ReleaseWrites();
        await journal.Watcher.SyncedAsync(last);
        Assert.Equal(2, journal.Watcher.Reports.Count);
    }

    [Fact]
    public async Task Append_MoreThanABatch_IsWrittenInSeveral()
    {
        FaultyFileSystem disk = new();
        await using JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk, JournalOnFaultyDisk.Options with { MaxBatchBytes = 4096 });
        LogPosition last = journal.Log.Append([.. Enumerable.Range(1, 10).Select(i => LogWrites.Accept(i, i, LogWrites.Payload(1500, i)))]);
        await journal.Watcher.SyncedAsync(last);
        Assert.Equal(5, journal.Watcher.Reports.Count);
    }

    [Fact]
    public async Task Append_WriteFailsOnce_ReportsOnceAndNeverTriesAgain()
    {
        FaultyFileSystem disk = new();
        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk);
        await journal.AppendAsync(Records[0]);
        disk.Plan(FaultyFileSystem.IsBatchWrite, FaultKind.Error);
        LogPosition before = journal.Watcher.Reported;
        journal.Log.Append([Records[1]]);
        Assert.Contains("Planned fault", (await journal.Watcher.FailedAsync()).Message, StringComparison.Ordinal);
        int operations = disk.Operations.Count(FaultyFileSystem.IsBatchWrite);

        IOException refused = Assert.Throws<IOException>(() => journal.Log.Append([Records[2]]));
        Assert.Contains("takes nothing more", refused.Message, StringComparison.Ordinal);
        await journal.DisposeAsync();
        Assert.Equal(1, journal.Watcher.Failures);
        Assert.Equal(before, journal.Watcher.Reported);
        Assert.Equal(before, journal.Log.SyncedUpTo);
        Assert.Equal(operations, disk.Operations.Count(FaultyFileSystem.IsBatchWrite));
        LogWrites.AssertEqual(Records.Take(1), JournalOnFaultyDisk.Recover(disk));
    }

    [Fact]
    public async Task Append_SegmentCannotBePrepared_FailsWhenItIsNeeded()
    {
        FaultyFileSystem disk = new();
        disk.Plan(operation => operation.StartsWith("write 0000000003.segment.new", StringComparison.Ordinal), FaultKind.Error);
        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk);
        int appended = 0;
        try
        {
            while (appended < 20)
            {
                journal.Log.Append([LogWrites.Promise(1, appended)]);
                appended++;
                Task synced = journal.Watcher.SyncedAsync(new LogPosition(appended));
                await Task.WhenAny(synced, journal.Watcher.FailedAsync());
            }
        }
        catch (IOException)
        {
            Assert.Equal(6, appended);
        }

        await journal.Watcher.FailedAsync();
        await journal.DisposeAsync();
        Assert.Equal(1, journal.Watcher.Failures);
        Assert.Equal(5, JournalOnFaultyDisk.Recover(disk).Count);
    }

    [Fact]
    public void Start_OpeningMarkFails_Throws()
    {
        FaultyFileSystem disk = new();
        disk.Plan(FaultyFileSystem.IsBatchWrite, FaultKind.Error);
        Assert.Throws<IOException>(() => JournalOnFaultyDisk.Start(disk));
    }

    [Fact]
    public async Task Append_Idle_MarksThatTheLastRecordIsSynced()
    {
        FaultyFileSystem disk = new();
        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk, JournalOnFaultyDisk.Options with { IdleMarkDelay = TimeSpan.FromMilliseconds(20) });
        Task recordAndMark = disk.BatchesWrittenAsync(2);
        await journal.AppendAsync(Records[0]);
        await recordAndMark;
        journal.Kill();

        // The mark covers the record: damage to it is damage, not a torn tail.
        string path = JournalOnFaultyDisk.SegmentPath(1);
        byte[] damaged = [.. disk.BytesOf(path)];
        damaged[(2 * BlockFormat.BlockBytes) + 100] ^= 1;
        disk.Damage(path, damaged);
        Assert.Throws<LogDamagedException>(() => JournalOnFaultyDisk.Recover(disk));
    }

    [Fact]
    public async Task Append_RecordLargerThanASegment_GetsOneOfItsOwn()
    {
        FaultyFileSystem disk = new();
        List<LogRecord> records = [Records[0], LogWrites.Accept(1, 2, LogWrites.Payload(100_000, 1)), Records[1], LogWrites.Sync(2, 3, 0, LogWrites.Payload(20_000, 2)), Records[2]];
        await using (JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk))
        {
            foreach (LogRecord record in records)
            {
                await journal.AppendAsync(record);
            }
        }

        LogWrites.AssertEqual(records, JournalOnFaultyDisk.Recover(disk));
        Assert.Contains(disk.Fingerprint().Keys, path => path.EndsWith(".segment", StringComparison.Ordinal) && disk.BytesOf(path).Length > 100_000);
    }

    [Fact]
    public void Open_OptionsOutOfRange_Throws()
    {
        using DataDirectory directory = DataDirectory.Open(JournalOnFaultyDisk.Place, new FaultyFileSystem());
        WriteAheadLogOptions[] wrong =
        [
            new() { SegmentBytes = 4096 }, new() { SegmentBytes = 20_000 }, new() { MaxBatchBytes = 1 }, new() { IdleMarkDelay = TimeSpan.Zero },
        ];
        Assert.All(wrong, options =>
            Assert.Throws<ArgumentException>(() => WriteAheadLog.Open(directory, JournalOnFaultyDisk.Identity, options, NullLogger.Instance)));
    }
}
