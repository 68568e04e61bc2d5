using Dike.Storage.Files;
using Dike.Storage.Tests.Compliance;

namespace Dike.Storage.Tests.Faults;

/// <summary>Kills the journal at every operation of a scripted run, tears writes, loses names: what was reported is there, in order, and nothing else is.</summary>
public sealed class CrashTests
{
    private static readonly List<LogRecord> Records = LogStoreCompliance.Script(24);
    private static readonly WriteAheadLogOptions Options = JournalOnFaultyDisk.Options with { SegmentBytes = 16 * BlockFormat.BlockBytes };

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.0, true)]
    [InlineData(0.4, false)]
    [InlineData(0.9, true)]
    [InlineData(1.0, true)]
    public async Task Crash_AtEveryOperation_KeepsWhatWasReportedAndGoesOn(double written, bool keepNames)
    {
        int operations = 0;
        bool crashed = true;
        for (int k = 0; crashed; k++)
        {
            FaultyFileSystem disk = new();
            int seen = 0;
            int at = k;
            disk.Plan(_ => seen++ == at, FaultKind.Crash, (before, after) => Mix(before, after, written), keepNames);
            (int appended, LogPosition reported, int reportedRecords) = await RunAsync(disk);
            crashed = seen > at;
            operations = k;
            await CheckAsync(disk.AfterCrash(), appended, reportedRecords, reported, $"crash at operation {k} of {string.Join("; ", disk.Operations)}");
        }

        Assert.InRange(operations, 60, 500);
    }

    [Fact]
    public async Task Crash_WriteTornIntoAnySectors_KeepsWhatWasReported()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            FaultyFileSystem disk = new();
            Random random = new(seed);
            int at = random.Next(1, Records.Count);
            int seen = 0;
            disk.Plan(
                operation => FaultyFileSystem.IsBatchWrite(operation) && seen++ == at,
                FaultKind.Crash,
                (before, after) => Sectors(before, after, random));
            (int appended, LogPosition reported, int reportedRecords) = await RunAsync(disk);
            await CheckAsync(disk.AfterCrash(), appended, reportedRecords, reported, $"seed {seed}");
        }
    }

    [Fact]
    public async Task Crash_AgainAndAgain_NeverReusesAPositionNorLosesARecord()
    {
        FaultyFileSystem disk = new();
        List<LogRecord> durable = [];
        LogPosition highest = default;
        for (int round = 0; round < 20; round++)
        {
            disk.Plan(_ => false, FaultKind.Error);
            JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk, Options);
            LogWrites.AssertEqual(durable, journal.Recovered);
            LogRecord kept = LogWrites.Accept(1, round, LogWrites.Payload(round * 600, round));
            LogPosition position = journal.Log.Append([kept]);
            Assert.True(position.CompareTo(highest) > 0, $"Position {position} of round {round} was handed out before.");
            await journal.Watcher.SyncedAsync(position);
            durable.Add(kept);

            // Three blocks, of which a crash leaves only the last ones: they must never be taken for blocks of a later run.
            disk.Plan(FaultyFileSystem.IsBatchWrite, FaultKind.Crash, LoseFirstBlock);
            highest = journal.Log.Append([LogWrites.Accept(2, round, LogWrites.Payload(9000, round)), LogWrites.Promise(3, round)]);
            await journal.Watcher.FailedAsync();
            journal.Kill();
            disk = disk.AfterCrash();
        }
    }

    [Fact]
    public async Task Start_AfterACrash_SyncsWhatWasReadBackBeforeItCountsAsSynced()
    {
        FaultyFileSystem disk = new();
        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk);
        await journal.AppendAsync(Records[0]);
        journal.Kill();
        int before = disk.Operations.Count;
        JournalOnFaultyDisk.Start(disk).Kill();
        Assert.Equal(["sync 0000000001.segment", "write 0000000001.segment 12288+4096"], disk.Operations.Skip(before).Where(operation => !operation.Contains(".new", StringComparison.Ordinal)).Take(2));
    }

    [Fact]
    public async Task Recover_LeftOverBatchOfALowerRun_IsNotTaken()
    {
        const int Block = BlockFormat.BlockBytes;
        FaultyFileSystem disk = new();
        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk, Options);
        await journal.AppendAsync(Records[0]);
        journal.Kill();
        JournalOnFaultyDisk.Start(disk, Options).Kill();

        // Blocks: header, opened (run 1), record (run 1), opened (run 2). Behind them a whole batch with the right number, but of run 1.
        byte[] bytes = [.. disk.BytesOf(JournalOnFaultyDisk.SegmentPath(1))];
        Assert.True(BlockFormat.TryReadHeader(bytes.AsSpan(2 * Block, Block), out BlockHeader record));
        Assert.True(BlockFormat.TryReadHeader(bytes.AsSpan(3 * Block, Block), out BlockHeader opened));
        Assert.Equal((1, 2), (record.Run, opened.Run));
        bytes.AsSpan(2 * Block, Block).CopyTo(bytes.AsSpan(4 * Block));
        BlockHeader leftOver = record with { Lsn = opened.Lsn + 1, Position = opened.Position + 1 };
        BlockFormat.WriteHeader(bytes.AsSpan(4 * Block, Block), leftOver);
        disk.Damage(JournalOnFaultyDisk.SegmentPath(1), bytes);
        LogWrites.AssertEqual(Records.Take(1), JournalOnFaultyDisk.Recover(disk));

        BlockFormat.WriteHeader(bytes.AsSpan(4 * Block, Block), leftOver with { Run = opened.Run });
        LogWrites.AssertEqual([Records[0], Records[0]], JournalOnFaultyDisk.Recover(disk));
    }

    [Fact]
    public async Task Abandon_Queued_IsDroppedAndNotReported()
    {
        FaultyFileSystem disk = new();
        JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk);
        await journal.AppendAsync(Records[0]);
        disk.HoldWrites();
        LogPosition reported = journal.Watcher.Reported;
        journal.Log.Append([Records[1]]);
        await disk.WriteHeld;
        journal.Log.Append([Records[2]]);
        Task killed = Task.Run(journal.Kill, TestContext.Current.CancellationToken);
        await AbandonedAsync(journal.Log);
        disk.ReleaseWrites();
        await killed;
        Assert.Equal(reported, journal.Watcher.Reported);
        LogWrites.AssertEqual(Records.Take(2), JournalOnFaultyDisk.Recover(disk.AfterCrash()));
    }

    private static async Task AbandonedAsync(WriteAheadLog log)
    {
        // The log refuses appends from the moment when it dropped its queue; an empty append changes nothing.
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                log.Append([]);
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<(int Appended, LogPosition Reported, int ReportedRecords)> RunAsync(FaultyFileSystem disk)
    {
        int appended = 0;
        JournalOnFaultyDisk journal;
        try
        {
            journal = JournalOnFaultyDisk.Start(disk);
        }
        catch (IOException)
        {
            return (0, default, 0);
        }

        int reportedRecords = 0;
        try
        {
            foreach (LogRecord record in Records)
            {
                LogPosition position = journal.Log.Append([record]);
                appended++;
                Task synced = journal.Watcher.SyncedAsync(position);
                if (await Task.WhenAny(synced, journal.Watcher.FailedAsync()) != synced || !synced.IsCompletedSuccessfully)
                {
                    break;
                }

                reportedRecords++;
            }
        }
        catch (IOException)
        {
            Assert.Equal(1, journal.Watcher.Failures);
        }

        LogPosition reported = journal.Watcher.Reported;
        await journal.DisposeAsync();
        return (appended, reported, Math.Max(reportedRecords, (int)reported.Value));
    }

    private static async Task CheckAsync(FaultyFileSystem disk, int appended, int reportedRecords, LogPosition reported, string when)
    {
        List<LogRecord> recovered = JournalOnFaultyDisk.Recover(disk);
        Assert.True(recovered.Count >= reportedRecords && recovered.Count <= appended, $"{recovered.Count} of {reportedRecords}..{appended} records: {when}");
        LogWrites.AssertEqual(Records.Take(recovered.Count), recovered);

        LogRecord more = LogWrites.Promise(9, 99);
        await using (JournalOnFaultyDisk journal = JournalOnFaultyDisk.Start(disk))
        {
            LogPosition position = journal.Log.Append([more]);
            Assert.True(position.CompareTo(reported) > 0 && position.Value > appended || appended == 0, $"Position {position} was handed out before: {when}");
            await journal.Watcher.SyncedAsync(position);
        }

        LogWrites.AssertEqual([.. recovered, more], JournalOnFaultyDisk.Recover(disk.AfterCrash()));
    }

    private static byte[] Mix(byte[] before, byte[] after, double written)
    {
        int first = FirstDifference(before, after);
        int end = first + (int)((after.Length - first) * written);
        byte[] mixed = [.. after];
        for (int i = end; i < mixed.Length; i++)
        {
            mixed[i] = i < before.Length ? before[i] : (byte)0;
        }

        return mixed;
    }

    private static int FirstDifference(byte[] before, byte[] after) =>
        before.AsSpan().CommonPrefixLength(after) is int same && same < after.Length ? same : 0;

    private static byte[] Sectors(byte[] before, byte[] after, Random random)
    {
        const int Sector = 512;
        byte[] mixed = [.. before];
        for (int at = 0; at + Sector <= mixed.Length; at += Sector)
        {
            if (random.Next(2) == 0)
            {
                after.AsSpan(at, Sector).CopyTo(mixed.AsSpan(at));
            }
        }

        return mixed;
    }

    private static byte[] LoseFirstBlock(byte[] before, byte[] after)
    {
        int block = FirstDifference(before, after) / 4096 * 4096;
        byte[] mixed = [.. after];
        before.AsSpan(block, 4096).CopyTo(mixed.AsSpan(block));
        return mixed;
    }
}
