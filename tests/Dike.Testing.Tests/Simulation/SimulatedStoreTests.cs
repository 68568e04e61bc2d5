using Dike.Paxos;
using Dike.Storage;
using Dike.Testing.Simulation;

namespace Dike.Testing.Tests.Simulation;

/// <summary>The simulated disk: what it keeps, what it forgets, and that it says so.</summary>
public sealed class SimulatedStoreTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly SimulatedStore _store;
    private readonly List<long> _synced = [];
    private readonly List<Exception> _failures = [];
    private long _written;

    public SimulatedStoreTests()
    {
        _store = new SimulatedStore(_time, new DeterministicRandom(1, 1));
        _store.Start(position => _synced.Add(position.Value), _failures.Add);
    }

    [Fact]
    public void Append_TimePasses_SyncedInOrderAndReported()
    {
        Append(2);
        Append(1);
        Assert.Empty(_synced);

        Pass();

        Assert.Equal([1, 2], _synced);
        Assert.Equal(2, _store.SyncedUpTo.Value);
    }

    [Fact]
    public void Crash_NothingIsUnsynced_LosesNothing()
    {
        Append(3);
        Pass();

        Assert.Equal(0, _store.Crash(losesAll: true));
        Assert.Equal([1, 2, 3], Recovered());
    }

    [Fact]
    public void Crash_LosesAll_KeepsWhatWasReportedAsSyncedAndNothingElse()
    {
        Append(2);
        Pass();
        Append(2);

        Assert.Equal(2, _store.Crash(losesAll: true));
        Assert.Equal([1, 2], Recovered());
        Pass();
        Assert.Equal([1], _synced);
    }

    [Fact]
    public void Crash_TornWrite_LosesTheLastRecord()
    {
        Append(3);
        _store.SpoiledBy = FaultKind.TornWrite;

        Assert.Equal(1, _store.Crash(losesAll: true));
        Assert.Equal([1, 2], Recovered());
        Assert.Null(_store.SpoiledBy);
    }

    [Fact]
    public void Crash_LostWrites_LosesOneAtLeast()
    {
        Append(3);
        _store.SpoiledBy = FaultKind.LostWrites;

        int lost = _store.Crash(losesAll: false);

        Assert.InRange(lost, 1, 3);
        Assert.Equal(Enumerable.Range(1, 3 - lost).Select(number => (long)number), Recovered());
    }

    [Fact]
    public void Crash_StoreThatLies_LosesSyncedRecords()
    {
        Append(3);
        Pass();
        _store.LiesAbout = 2;

        Assert.Equal(2, _store.Crash(losesAll: false));
        Assert.Equal([1], Recovered());
    }

    [Fact]
    public void Append_DiskIsFull_ThrowsAndKeepsNothing()
    {
        _store.IsFull = true;

        Assert.Throws<IOException>(() => Append(1));
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void Append_SecondCallFails_TheSyncIsReportedAsFailedAndNeverAsDone()
    {
        _store.FailsAt = 2;
        Append(1);
        Pass();

        Assert.Single(_failures);
        Assert.Empty(_synced);
    }

    [Fact]
    public void Recover_RecordIsDamaged_Throws()
    {
        Append(1);
        Pass();
        _store.Crash(losesAll: false);
        _store.IsDamaged = true;

        Assert.Throws<LogDamagedException>(Recovered);
    }

    [Fact]
    public void Flush_UnsyncedRecords_AllAreKept()
    {
        Append(2);

        _store.Flush();

        Assert.Equal([1, 2], Recovered());
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private void Append(int records)
    {
        LogRecord[] batch = new LogRecord[records];
        for (int index = 0; index < records; index++)
        {
            long number = _written + index + 1;
            batch[index] = new LogRecord(GroupId.Directory, new PromiseWrite(number, ConfigurationId.First, new Ballot(number, 1, new ReplicaId(1))));
        }

        _store.Append(batch);
        _written += records;
    }

    private void Pass() => _time.Run(_time.Now + 1_000_000, () => false);

    private List<long> Recovered()
    {
        List<long> numbers = [];
        _store.Recover(record => numbers.Add(record.Write.Number));
        return numbers;
    }
}
