using System.Threading.Channels;

namespace Dike.Storage;

/// <summary>
/// A log in memory: the readable reference of what <see cref="ILogStore"/> promises, and a store whose disk a test commands: it holds syncs back, fails a write, crashes.
/// Records are durable in the sense of <see cref="Crash"/> only. Every member may be called from any thread.
/// </summary>
public sealed class MemoryLogStore : ILogStore
{
    private readonly Lock _gate = new();
    private readonly List<(LogRecord Record, LogPosition Position)> _records = [];
    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>();
    private readonly long _recoveredRecords;
    private long _last;
    private long _durable;
    private long _syncedUpTo;
    private bool _holding;
    private bool _closed;
    private Exception? _nextFailure;
    private Exception? _failure;
    private volatile bool _crashed;
    private Task? _reporter;
    private bool _recovered;

    /// <summary>Makes an empty log.</summary>
    public MemoryLogStore()
    {
    }

    private MemoryLogStore(IEnumerable<(LogRecord Record, LogPosition Position)> records, long last)
    {
        _records.AddRange(records);
        _recoveredRecords = _records.Count;
        _last = last;
        _durable = last;
    }

    /// <inheritdoc/>
    public LogPosition SyncedUpTo => new(Interlocked.Read(ref _syncedUpTo));

    /// <summary>How many records were appended and are not synced.</summary>
    public int UnsyncedRecords
    {
        get
        {
            lock (_gate)
            {
                return _records.Count(entry => entry.Position.Value > _durable);
            }
        }
    }

    /// <inheritdoc/>
    public void Recover(Action<LogRecord> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        Require(!_recovered, "Recover was called before; call it once.");
        _recovered = true;
        for (int i = 0; i < _recoveredRecords; i++)
        {
            visit(_records[i].Record);
        }

        Interlocked.Exchange(ref _syncedUpTo, _durable);
    }

    /// <inheritdoc/>
    public void Start(Action<LogPosition> onSynced, Action<Exception> onFailed)
    {
        ArgumentNullException.ThrowIfNull(onSynced);
        ArgumentNullException.ThrowIfNull(onFailed);
        Require(_recovered && _reporter is null, "Call Recover, then Start, once each.");
        _reporter = Task.Run(() => ReportAsync(onSynced, onFailed));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">An earlier write failed: the log takes nothing more.</exception>
    /// <exception cref="ObjectDisposedException">The log was closed.</exception>
    public LogPosition Append(ReadOnlySpan<LogRecord> records)
    {
        Require(_reporter is not null, "Call Recover and Start before the first append.");
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_failure is not null)
            {
                throw new IOException($"The log takes nothing more since a write failed: {_failure.Message}", _failure);
            }

            if (_nextFailure is not null && !records.IsEmpty)
            {
                _failure = _nextFailure;
                _reports.Writer.TryWrite(new Report(default, _failure));
                return new LogPosition(_last + records.Length);
            }

            foreach (ref readonly LogRecord record in records)
            {
                _records.Add((record, new LogPosition(++_last)));
            }

            if (!_holding)
            {
                Sync();
            }

            return new LogPosition(_last);
        }
    }

    /// <summary>From now on nothing that is appended gets synced, until <see cref="ReleaseSyncs"/>.</summary>
    public void HoldSyncs()
    {
        lock (_gate)
        {
            _holding = true;
        }
    }

    /// <summary>Syncs and reports everything that was held back; later appends are synced at once again.</summary>
    public void ReleaseSyncs()
    {
        lock (_gate)
        {
            _holding = false;
            if (_failure is null && !_closed)
            {
                Sync();
            }
        }
    }

    /// <summary>Lets the next append that has records fail as a write to a broken disk does: it is dropped, and reported as failed.</summary>
    /// <param name="error">What is reported.</param>
    public void FailNextWrite(IOException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        lock (_gate)
        {
            _nextFailure = error;
        }
    }

    /// <summary>Crashes: everything unsynced is lost, this log takes nothing more, and nothing more is reported than what is being reported just now.</summary>
    /// <returns>What a new process finds: a log with the synced records, not yet recovered. It never hands out a position of this one again.</returns>
    public MemoryLogStore Crash()
    {
        lock (_gate)
        {
            _closed = true;
            _crashed = true;
            _reports.Writer.TryComplete();
            return new MemoryLogStore(_records.Where(entry => entry.Position.Value <= _durable), _last);
        }
    }

    /// <summary>Syncs and reports everything, even what is held back, and takes nothing more.</summary>
    /// <returns>Ends when the last report was made.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_closed && _failure is null)
            {
                Sync();
            }

            _closed = true;
            _reports.Writer.TryComplete();
        }

        if (_reporter is not null)
        {
            await _reporter.ConfigureAwait(false);
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }

    private void Sync()
    {
        if (_durable < _last)
        {
            _durable = _last;
            _reports.Writer.TryWrite(new Report(new LogPosition(_last), null));
        }
    }

    private async Task ReportAsync(Action<LogPosition> onSynced, Action<Exception> onFailed)
    {
        await foreach (Report report in _reports.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_crashed)
            {
                return;
            }

            if (report.Failure is not null)
            {
                onFailed(report.Failure);
                return;
            }

            Interlocked.Exchange(ref _syncedUpTo, report.Synced.Value);
            onSynced(report.Synced);
        }
    }

    private readonly record struct Report(LogPosition Synced, Exception? Failure);
}
