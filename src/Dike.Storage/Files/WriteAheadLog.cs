using Dike.Paxos;
using Dike.Storage.Files;
using Microsoft.Extensions.Logging;

namespace Dike.Storage;

/// <summary>
/// The durable log of a node in files: one journal for all its groups. A thread of its own takes everything that is queued, writes it as one batch, syncs once, and reports.
/// What was reported survives any crash; recovery gives back exactly the records of whole batches, in order, or refuses. Opened by the node, appended to by its shard.
/// The file format is described in docs/storage.md.
/// </summary>
/// <remarks>Payloads must not change until they are synced. Nothing bounds the queue: the node bounds what it has in flight.</remarks>
public sealed class WriteAheadLog : ILogStore
{
    /// <summary>
    /// Every start leaves a gap of positions: those handed out by the last run for records that never reached the disk are not known any more, and must not be handed out again.
    /// </summary>
    private const long RunGap = 1L << 32;

    private readonly JournalFiles _files;
    private readonly WriteAheadLogOptions _options;
    private readonly ILogger _logger;
    private AppendQueue? _queue;
    private RecoveredJournal? _recovered;
    private JournalThread? _thread;
    private long _syncedUpTo;

    private WriteAheadLog(JournalFiles files, WriteAheadLogOptions options, ILogger logger)
    {
        _files = files;
        _options = options;
        _logger = logger;
    }

    /// <inheritdoc/>
    public LogPosition SyncedUpTo => new(Interlocked.Read(ref _syncedUpTo));

    /// <summary>Opens the journal of a node, or makes one in a directory that has none.</summary>
    /// <param name="directory">The node's directory; must stay open until this log is disposed of.</param>
    /// <param name="identity">The node; the journal of another is refused.</param>
    /// <param name="options">Sizes and times.</param>
    /// <param name="logger">For messages to an operator.</param>
    /// <returns>The log; call <see cref="Recover"/> next.</returns>
    /// <exception cref="LogDamagedException">A file is missing, damaged, or belongs to another node, cluster, incarnation or format. Nothing was changed.</exception>
    /// <exception cref="IOException">A file cannot be read or made.</exception>
    public static WriteAheadLog Open(DataDirectory directory, StoreIdentity identity, WriteAheadLogOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        options.Check();
        SegmentHeader.CheckName(identity.NodeName);
        return new WriteAheadLog(JournalFiles.Open(directory, identity, options.SegmentBytes), options, logger);
    }

    /// <inheritdoc/>
    public void Recover(Action<LogRecord> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        RequireCall(_recovered is null, "Recover was called before; call it once.");
        RecoveredJournal recovered = JournalRecovery.Run(_files, visit);
        StorageDiagnostics.Recovered(_logger, _files.Location, recovered.Records, _files.Segments.Count, recovered.LastPosition);
        if (recovered.CutBlocks > 0)
        {
            StorageDiagnostics.TailCut(_logger, _files.Location, recovered.CutBlocks);
        }

        _recovered = recovered;
        _syncedUpTo = recovered.LastPosition;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The journal cannot be written.</exception>
    public void Start(Action<LogPosition> onSynced, Action<Exception> onFailed)
    {
        ArgumentNullException.ThrowIfNull(onSynced);
        ArgumentNullException.ThrowIfNull(onFailed);
        RequireCall(_recovered is not null && _thread is null, "Call Recover, then Start, once each.");
        RecoveredJournal recovered = _recovered!;
        long start = recovered.LastRun == 0 ? 0 : checked(recovered.HighestPosition + RunGap);
        JournalWriter writer = new(_files, recovered, _options.SegmentBytes);
        try
        {
            // Synced before the first position is handed out: from here on no run can hand out one of this run's positions,
            // left-over blocks behind the cut are of a lower run, and everything that was given back is below a watermark.
            writer.Write([], start, BatchKind.Opened);
            writer.Prepare();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            writer.Dispose();
            throw;
        }

        Interlocked.Exchange(ref _syncedUpTo, start);
        _queue = new AppendQueue(start);
        _thread = new JournalThread(_queue, writer, _options, position => Report(position, onSynced), error => Fail(error, onFailed));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A record is larger than 1 GiB. None was queued.</exception>
    /// <exception cref="IOException">An earlier write or sync failed: the log takes nothing more.</exception>
    /// <exception cref="ObjectDisposedException">The log was closed.</exception>
    public LogPosition Append(ReadOnlySpan<LogRecord> records)
    {
        RequireCall(_queue is not null, "Call Recover and Start before the first append.");
        return new LogPosition(_queue!.Add(records));
    }

    /// <summary>Ends abruptly, as a killed process does: what is queued is dropped, nothing is flushed or reported any more. Waits only for a write, or for a segment's preparation, that is under way.</summary>
    /// <remarks>Not from a callback of this log. Disposing afterwards is allowed and does nothing.</remarks>
    public void Abandon()
    {
        _queue?.Close(drop: true);
        EndAsync().GetAwaiter().GetResult();
    }

    /// <summary>Writes and reports what is queued, marks a clean stop, and closes the files.</summary>
    /// <returns>Ends when all that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        _queue?.Close(drop: false);
        await EndAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        if (_thread is null)
        {
            return;
        }

        Exception? preparation = await _thread.EndAsync().ConfigureAwait(false);
        if (preparation is not null)
        {
            StorageDiagnostics.PreparationFailed(_logger, preparation, _files.Location);
        }
    }

    private static void RequireCall(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }

    private void Report(long position, Action<LogPosition> onSynced)
    {
        Invariant.Require(position > _syncedUpTo, $"position {position}, synced {_syncedUpTo}");
        Interlocked.Exchange(ref _syncedUpTo, position);
        onSynced(new LogPosition(position));
    }

    private void Fail(Exception error, Action<Exception> onFailed)
    {
        StorageDiagnostics.Failed(_logger, error, _files.Location);
        onFailed(error);
    }
}
