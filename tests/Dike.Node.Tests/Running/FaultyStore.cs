using Dike.Node.Runtime;
using Dike.Storage;

namespace Dike.Node.Tests.Running;

/// <summary>
/// A disk between a node and its records, which outlives the node's restarts: it can hold its syncs, fail, and forget at a crash what was not synced.
/// Only synced records survive <see cref="NodeStore.Abandon"/>.
/// </summary>
internal sealed class FaultyDisk
{
    private readonly Lock _gate = new();
    private readonly List<LogRecord> _synced = [];
    private readonly List<LogRecord> _unsynced = [];
    private FaultyStore? _open;
    private bool _isHeld;
    private long _position;

    /// <summary>How many records were dropped by crashes.</summary>
    public int Dropped { get; private set; }

    /// <summary>How many records wait for a sync.</summary>
    public int Unsynced
    {
        get
        {
            lock (_gate)
            {
                return _unsynced.Count;
            }
        }
    }

    public NodeStore Open()
    {
        var store = new FaultyStore(this);
        lock (_gate)
        {
            _open = store;
        }

        return new NodeStore(store, Crash);
    }

    /// <summary>From now on nothing is synced until <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _isHeld = true;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            _isHeld = false;
            Sync();
        }
    }

    /// <summary>The next sync fails, as a broken disk's.</summary>
    public void Fail()
    {
        FaultyStore? store;
        lock (_gate)
        {
            _isHeld = true;
            store = _open;
        }

        store!.OnFailed(new IOException("the disk is broken"));
    }

    private void Crash()
    {
        lock (_gate)
        {
            Dropped += _unsynced.Count;
            _unsynced.Clear();
            _open = null;
            _isHeld = false;
        }
    }

    private void Sync()
    {
        if (!_isHeld && _unsynced.Count > 0)
        {
            _synced.AddRange(_unsynced);
            _unsynced.Clear();
            _open?.OnSynced(new LogPosition(_position));
        }
    }

    private sealed class FaultyStore(FaultyDisk disk) : ILogStore
    {
        public Action<LogPosition> OnSynced { get; private set; } = _ => { };

        public Action<Exception> OnFailed { get; private set; } = _ => { };

        public LogPosition SyncedUpTo => default;

        public void Recover(Action<LogRecord> visit)
        {
            lock (disk._gate)
            {
                disk._synced.ForEach(visit);
            }
        }

        public void Start(Action<LogPosition> onSynced, Action<Exception> onFailed) => (OnSynced, OnFailed) = (onSynced, onFailed);

        public LogPosition Append(ReadOnlySpan<LogRecord> records)
        {
            lock (disk._gate)
            {
                ObjectDisposedException.ThrowIf(disk._open != this, this);
                disk._unsynced.AddRange(records);
                disk._position += records.Length;
                var position = new LogPosition(disk._position);
                // On a thread of its own, as a real disk reports: never from within the append.
                _ = Task.Run(() =>
                {
                    lock (disk._gate)
                    {
                        disk.Sync();
                    }
                });
                return position;
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (disk._gate)
            {
                disk.Sync();
                disk._open = null;
            }

            return ValueTask.CompletedTask;
        }
    }
}
