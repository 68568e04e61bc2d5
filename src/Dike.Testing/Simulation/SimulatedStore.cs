using Dike.Paxos;
using Dike.Storage;

namespace Dike.Testing.Simulation;

/// <summary>
/// A node's log on a simulated disk, record by record: it survives the node's crashes, and forgets at a crash what it has not reported as synced, or any part of the end of it.
/// It keeps the promises of <see cref="ILogStore"/> and no more than them; what it is told to do wrong, it does within them or reports as damage. One thread, virtual time.
/// </summary>
internal sealed class SimulatedStore(VirtualTime time, DeterministicRandom random) : ILogStore
{
    private readonly List<(long Position, LogRecord Record)> _records = [];
    private long _lastPosition;
    private long _syncedCount;
    private int _generation;
    private bool _isSyncing;
    private Action<LogPosition> _onSynced = static _ => { };
    private Action<Exception> _onFailed = static _ => { };

    /// <inheritdoc/>
    public LogPosition SyncedUpTo { get; private set; }

    /// <summary>How much longer a sync takes than usual, in microseconds.</summary>
    public long SlownessUs { get; set; }

    /// <summary>Whether nothing more fits: appends fail as on a full disk, and the node ends.</summary>
    public bool IsFull { get; set; }

    /// <summary>The number of the disk call from now on that fails, or 0.</summary>
    public long FailsAt { get; set; }

    /// <summary>What the next crash does to writes that are not synced: <see cref="FaultKind.LostWrites"/> or <see cref="FaultKind.TornWrite"/>, or null for what a crash does anyway.</summary>
    public FaultKind? SpoiledBy { get; set; }

    /// <summary>Whether a synced record has changed at rest: the next start finds out.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>How many records that it had reported as synced are lost at a crash, too: a disk that lies. No plan does this; it shows that a lie is found out.</summary>
    public int LiesAbout { get; set; }

    /// <summary>Whether everything that was appended is durable.</summary>
    public bool IsSynced => _syncedCount == _records.Count;

    /// <summary>Records, synced or not.</summary>
    public int Count => _records.Count;

    /// <summary>Told of every record, in order, once it is durable.</summary>
    public Action<LogRecord> Durable { get; set; } = static _ => { };

    /// <inheritdoc/>
    public void Recover(Action<LogRecord> visit)
    {
        if (IsDamaged)
        {
            throw new LogDamagedException("A synced record of the simulated journal does not match its checksum.", "simulated", 0);
        }

        foreach ((long _, LogRecord record) in _records)
        {
            visit(record);
        }
    }

    /// <inheritdoc/>
    public void Start(Action<LogPosition> onSynced, Action<Exception> onFailed)
    {
        _onSynced = onSynced;
        _onFailed = onFailed;
    }

    /// <inheritdoc/>
    public LogPosition Append(ReadOnlySpan<LogRecord> records)
    {
        if (IsFull || Fails())
        {
            throw new IOException(IsFull ? "No space left on the simulated disk." : "The simulated disk failed a write.");
        }

        _lastPosition++;
        foreach (LogRecord record in records)
        {
            _records.Add((_lastPosition, record));
        }

        if (!_isSyncing)
        {
            BeginSync();
        }

        return new LogPosition(_lastPosition);
    }

    /// <summary>The node is gone: of what was not reported as synced any end is lost.</summary>
    /// <param name="losesAll">Whether all of it is lost; otherwise a drawn part survives.</param>
    /// <returns>How many records were lost.</returns>
    public int Crash(bool losesAll)
    {
        int unsynced = _records.Count - (int)_syncedCount;
        int lost = unsynced == 0 ? 0 : LostOf(unsynced, losesAll);
        SpoiledBy = null;
        lost = Math.Min(_records.Count, lost + LiesAbout);
        _records.RemoveRange(_records.Count - lost, lost);
        for (int index = (int)_syncedCount; index < _records.Count; index++)
        {
            Durable(_records[index].Record);
        }

        _syncedCount = _records.Count;
        SyncedUpTo = new LogPosition(_lastPosition);
        _generation++;
        _isSyncing = false;
        FailsAt = 0;
        IsFull = false;
        return lost;
    }

    /// <summary>The node stops as planned: everything that was appended is durable.</summary>
    public void Flush()
    {
        for (int index = (int)_syncedCount; index < _records.Count; index++)
        {
            Durable(_records[index].Record);
        }

        _syncedCount = _records.Count;
        SyncedUpTo = new LogPosition(_lastPosition);
        _generation++;
        _isSyncing = false;
    }

    /// <summary>The directory is lost.</summary>
    public void Wipe()
    {
        Crash(losesAll: true);
        _records.Clear();
        _syncedCount = 0;
        IsDamaged = false;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// How many of the unsynced records are lost. A torn write is the last one: its checksum gives it away, and recovery drops it. Of lost writes anything that follows the first
    /// is dropped as well, because the journal is read up to the first gap.
    /// </summary>
    private int LostOf(int unsynced, bool losesAll) => SpoiledBy switch
    {
        FaultKind.TornWrite => 1,
        FaultKind.LostWrites => 1 + random.Next(unsynced),
        _ => losesAll ? unsynced : random.Next(unsynced + 1),
    };

    private bool Fails() => FailsAt > 0 && --FailsAt == 0;

    private void BeginSync()
    {
        _isSyncing = true;
        int generation = _generation;
        long through = _lastPosition;
        int count = _records.Count;
        time.In(200 + random.Next(800) + SlownessUs, () => EndSync(generation, through, count));
    }

    private void EndSync(int generation, long through, int count)
    {
        if (generation != _generation)
        {
            return; // The process that waited for it is gone.
        }

        _isSyncing = false;
        if (Fails())
        {
            _onFailed(new IOException("The simulated disk failed a sync."));
            return;
        }

        for (int index = (int)_syncedCount; index < count; index++)
        {
            Durable(_records[index].Record);
        }

        Invariant.Require(count >= _syncedCount, $"synced {count} records after {_syncedCount}");
        _syncedCount = count;
        SyncedUpTo = new LogPosition(through);
        if (_lastPosition > through)
        {
            BeginSync();
        }

        _onSynced(SyncedUpTo);
    }
}
