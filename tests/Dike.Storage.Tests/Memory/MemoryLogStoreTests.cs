using Dike.Storage.Tests.Compliance;

namespace Dike.Storage.Tests.Memory;

public sealed class MemoryLogStoreTests : LogStoreCompliance
{
    private MemoryLogStore? _store;

    [Fact]
    public async Task HoldSyncs_Crash_DropsExactlyTheUnsynced()
    {
        await using MemoryLogStore store = new();
        SyncWatcher watcher = Start(store);
        await watcher.SyncedAsync(store.Append([LogWrites.Promise(1, 1)]));
        store.HoldSyncs();
        LogPosition held = store.Append([LogWrites.Promise(1, 2)]);
        Assert.Equal(1, store.UnsyncedRecords);
        Assert.True(store.SyncedUpTo.CompareTo(held) < 0);

        await using MemoryLogStore restarted = store.Crash();
        LogWrites.AssertEqual([LogWrites.Promise(1, 1)], Recover(restarted));
    }

    [Fact]
    public async Task ReleaseSyncs_Held_ReportsThem()
    {
        await using MemoryLogStore store = new();
        SyncWatcher watcher = Start(store);
        store.HoldSyncs();
        LogPosition held = store.Append([LogWrites.Promise(1, 1), LogWrites.Promise(1, 2)]);
        Assert.Empty(watcher.Reports);
        store.ReleaseSyncs();
        await watcher.SyncedAsync(held);
        Assert.Equal(0, store.UnsyncedRecords);
    }

    [Fact]
    public async Task FailNextWrite_Append_ReportsOnceAndTakesNothingMore()
    {
        await using MemoryLogStore store = new();
        SyncWatcher watcher = Start(store);
        await watcher.SyncedAsync(store.Append([LogWrites.Promise(1, 1)]));
        IOException error = new("disk gone");
        store.FailNextWrite(error);
        store.Append([LogWrites.Promise(1, 2)]);
        Assert.Same(error, await watcher.FailedAsync());
        IOException thrown = Assert.Throws<IOException>(() => store.Append([LogWrites.Promise(1, 3)]));
        Assert.Contains("disk gone", thrown.Message, StringComparison.Ordinal);
        await using MemoryLogStore restarted = store.Crash();
        LogWrites.AssertEqual([LogWrites.Promise(1, 1)], Recover(restarted));
        Assert.Equal(1, watcher.Failures);
    }

    protected override ILogStore Open() => _store = _store is null ? new MemoryLogStore() : _store.Crash();

    protected override void Crash() => _store!.Crash();
}
