namespace Dike.Storage.Tests.Compliance;

/// <summary>What every <see cref="ILogStore"/> must do. A test class per store derives from this and says how to open, crash and reopen it.</summary>
public abstract class LogStoreCompliance
{
    /// <summary>Opens a store; the first time an empty one, later what is left of the last.</summary>
    protected abstract ILogStore Open();

    /// <summary>Ends the store that was opened last, as a killed process does.</summary>
    protected abstract void Crash();

    [Fact]
    public async Task Recover_EmptyStore_GivesNothing()
    {
        await using ILogStore store = Open();
        Assert.Empty(Recover(store));
        Assert.Equal(0, store.SyncedUpTo.Value);
    }

    [Fact]
    public async Task Append_ManyGroups_RecoversExactlyInOrder()
    {
        List<LogRecord> records = Script(200);
        await RunAsync(records, perAppend: 3);
        await using ILogStore reopened = Open();
        LogWrites.AssertEqual(records, Recover(reopened));
    }

    [Fact]
    public async Task Append_PayloadsOfManySizes_RecoversExactly()
    {
        int[] sizes = [0, 1, 7, 8, 9, 3900, 3920, 3944, 3945, 4024, 4096, 8192, 100_000, 1_500_000];
        List<LogRecord> records = [.. sizes.Select((size, i) => LogWrites.Accept(i, i + 1, LogWrites.Payload(size, i), LogWrites.Payload(size / 2, i + 50)))];
        await RunAsync(records, perAppend: 2);
        await using ILogStore reopened = Open();
        LogWrites.AssertEqual(records, Recover(reopened));
    }

    [Fact]
    public async Task Append_EveryKindOfWrite_RecoversExactly()
    {
        List<LogRecord> records =
        [
            LogWrites.Promise(1, 1),
            LogWrites.Accept(1, 2, LogWrites.Payload(10, 1)),
            LogWrites.Sync(2, 3, 0),
            LogWrites.Sync(2, 4, 17, LogWrites.Payload(10, 2), LogWrites.Payload(0, 3)),
            LogWrites.Decided(2, 5, 19),
        ];
        await RunAsync(records, perAppend: 5);
        await using ILogStore reopened = Open();
        LogWrites.AssertEqual(records, Recover(reopened));
    }

    [Fact]
    public async Task Append_Positions_GrowAndAreReportedInOrder()
    {
        await using ILogStore store = Open();
        SyncWatcher watcher = Start(store);
        List<LogPosition> handedOut = [.. Script(100).Select(record => store.Append([record]))];
        await watcher.SyncedAsync(handedOut[^1]);
        Assert.Equal(handedOut.Order().Distinct(), handedOut);
        Assert.Equal(watcher.Reports.Order().Distinct(), watcher.Reports);
        Assert.Equal(handedOut[^1], store.SyncedUpTo);
        Assert.Equal(handedOut[^1], watcher.Reported);
    }

    [Fact]
    public async Task Append_AfterReopen_ContinuesBehindEverythingHandedOut()
    {
        ILogStore store = Open();
        SyncWatcher watcher = Start(store);
        await watcher.SyncedAsync(store.Append([LogWrites.Promise(1, 1)]));
        LogPosition last = store.Append([LogWrites.Promise(1, 2), LogWrites.Promise(1, 3)]);
        Crash();

        await using ILogStore reopened = Open();
        Start(reopened);
        Assert.True(reopened.Append([LogWrites.Promise(1, 4)]).CompareTo(last) > 0);
    }

    [Fact]
    public async Task Crash_AfterReport_KeepsEverythingReportedAndAPrefixOnly()
    {
        List<LogRecord> records = Script(60);
        ILogStore store = Open();
        SyncWatcher watcher = Start(store);
        LogPosition reported = default;
        foreach (LogRecord record in records.Take(30))
        {
            reported = store.Append([record]);
        }

        await watcher.SyncedAsync(reported);
        store.Append([.. records.Skip(30)]);
        Crash();

        await using ILogStore reopened = Open();
        List<LogRecord> recovered = Recover(reopened);
        Assert.InRange(recovered.Count, 30, 60);
        LogWrites.AssertEqual(records.Take(recovered.Count), recovered);
    }

    [Fact]
    public async Task Crash_Append_ThrowsObjectDisposed()
    {
        ILogStore store = Open();
        Start(store);
        Crash();
        Assert.Throws<ObjectDisposedException>(() => store.Append([LogWrites.Promise(1, 1)]));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_Queued_IsWrittenAndReported()
    {
        List<LogRecord> records = Script(50);
        ILogStore store = Open();
        SyncWatcher watcher = Start(store);
        LogPosition last = store.Append([.. records]);
        await store.DisposeAsync();
        Assert.Equal(last, watcher.Reported);
        await using ILogStore reopened = Open();
        LogWrites.AssertEqual(records, Recover(reopened));
    }

    [Fact]
    public async Task Append_BeforeStart_Throws()
    {
        await using ILogStore store = Open();
        Assert.Throws<InvalidOperationException>(() => store.Append([LogWrites.Promise(1, 1)]));
        Assert.Throws<InvalidOperationException>(() => store.Start(_ => { }, _ => { }));
        Recover(store);
        Assert.Throws<InvalidOperationException>(() => Recover(store));
    }

    [Fact]
    public async Task Append_NoRecords_ReturnsTheLastPosition()
    {
        await using ILogStore store = Open();
        Start(store);
        LogPosition last = store.Append([LogWrites.Promise(1, 1)]);
        Assert.Equal(last, store.Append([]));
    }

    internal static List<LogRecord> Recover(ILogStore store)
    {
        List<LogRecord> records = [];
        store.Recover(records.Add);
        return records;
    }

    internal static SyncWatcher Start(ILogStore store)
    {
        Recover(store);
        SyncWatcher watcher = new();
        store.Start(watcher.OnSynced, watcher.OnFailed);
        return watcher;
    }

    /// <summary>Records of all kinds and many groups, each different from all others.</summary>
    internal static List<LogRecord> Script(int count) =>
    [
        .. Enumerable.Range(1, count).Select(i => (i % 4) switch
        {
            0 => LogWrites.Promise(i % 7, i),
            1 => LogWrites.Accept(i % 7, i, LogWrites.Payload(i * 13 % 900, i)),
            2 => LogWrites.Sync(i % 7, i, i / 2, LogWrites.Payload(i * 29 % 5000, i), LogWrites.Payload(3, i)),
            _ => LogWrites.Decided(i % 7, i, i),
        }),
    ];

    private async Task RunAsync(List<LogRecord> records, int perAppend)
    {
        await using ILogStore store = Open();
        SyncWatcher watcher = Start(store);
        LogPosition last = default;
        foreach (LogRecord[] chunk in records.Chunk(perAppend))
        {
            last = store.Append(chunk);
        }

        await watcher.SyncedAsync(last);
    }
}
