using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>What waits to be written: the shard adds, the journal thread takes everything at once. Hands out the positions, one per record, in order.</summary>
internal sealed class AppendQueue
{
    private const long MaxRecordBytes = 1L << 30;
    private readonly object _gate = new();
    private List<QueuedRecord> _queued = [];
    private List<QueuedRecord> _taken = [];
    private long _lastPosition;
    private bool _closed;
    private bool _dropping;
    private Exception? _failure;

    /// <param name="start">The position before the first.</param>
    public AppendQueue(long start)
    {
        Start = start;
        _lastPosition = start;
    }

    /// <summary>The position before the first.</summary>
    public long Start { get; }

    /// <summary>Whether the log was abandoned: nothing is written or reported any more.</summary>
    public bool IsDropping
    {
        get
        {
            lock (_gate)
            {
                return _dropping;
            }
        }
    }

    /// <summary>Adds all records or none.</summary>
    /// <returns>The position of the last.</returns>
    public long Add(ReadOnlySpan<LogRecord> records)
    {
        foreach (ref readonly LogRecord record in records)
        {
            long bytes = RecordFormat.Measure(record.Write);
            if (bytes > MaxRecordBytes)
            {
                throw new ArgumentException(
                    $"A record of group {record.Group} has {bytes} bytes, at most {MaxRecordBytes} can be written. Nothing was queued.", nameof(records));
            }
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(WriteAheadLog));
            if (_failure is not null)
            {
                throw new IOException($"The journal takes nothing more since a write or sync failed: {_failure.Message}", _failure);
            }

            foreach (ref readonly LogRecord record in records)
            {
                _queued.Add(new QueuedRecord(record, checked(++_lastPosition)));
            }

            Monitor.Pulse(_gate);
            return _lastPosition;
        }
    }

    /// <summary>Waits for records and takes all of them; the list is valid until the next call.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="records">The records; empty if none came in time.</param>
    /// <returns>False once the queue is closed and empty.</returns>
    public bool Take(TimeSpan patience, out IReadOnlyList<QueuedRecord> records)
    {
        lock (_gate)
        {
            _taken.Clear();
            while (_queued.Count == 0 && !_closed)
            {
                if (!Monitor.Wait(_gate, patience))
                {
                    break;
                }
            }

            (_queued, _taken) = (_taken, _queued);
            records = _taken;
            return _taken.Count > 0 || !_closed;
        }
    }

    /// <summary>Takes nothing more.</summary>
    /// <param name="drop">Whether what is queued is dropped; else it is still taken.</param>
    public void Close(bool drop)
    {
        lock (_gate)
        {
            _closed = true;
            if (drop)
            {
                _dropping = true;
                _queued.Clear();
            }

            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes nothing more, and says why to whoever adds.</summary>
    public void Fail(Exception error)
    {
        lock (_gate)
        {
            Invariant.Require(_failure is null);
            _failure = error;
            _queued.Clear();
        }
    }
}

/// <summary>A record and its position.</summary>
/// <param name="Record">The record.</param>
/// <param name="Position">Its position.</param>
internal readonly record struct QueuedRecord(LogRecord Record, long Position);
