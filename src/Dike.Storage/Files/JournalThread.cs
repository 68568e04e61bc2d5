using System.Runtime.InteropServices;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// The thread behind a <see cref="WriteAheadLog"/>: takes what is queued, writes, syncs, reports, in this order. After a failed write it does nothing more, ever.
/// It is a thread and not a task because it blocks in system calls most of its life.
/// </summary>
internal sealed class JournalThread
{
    private readonly AppendQueue _queue;
    private readonly JournalWriter _writer;
    private readonly WriteAheadLogOptions _options;
    private readonly Action<long> _report;
    private readonly Action<Exception> _fail;
    private readonly List<LogRecord> _batch = [];
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private long _synced;
    private bool _marked = true;

    public JournalThread(AppendQueue queue, JournalWriter writer, WriteAheadLogOptions options, Action<long> report, Action<Exception> fail)
    {
        _queue = queue;
        _writer = writer;
        _options = options;
        _report = report;
        _fail = fail;
        _synced = queue.Start;
        _thread = new Thread(Run) { IsBackground = true, Name = "Dike journal" };
        _thread.Start();
    }

    /// <summary>Waits for the end; the queue must be closed.</summary>
    /// <returns>Why a segment could not be prepared, or null.</returns>
    public Task<Exception?> EndAsync()
    {
        if (Thread.CurrentThread == _thread)
        {
            throw new InvalidOperationException("A callback of the journal cannot wait for the journal's end.");
        }

        return _ended.Task;
    }

    private void Run()
    {
        try
        {
            while (_queue.Take(_marked ? Timeout.InfiniteTimeSpan : _options.IdleMarkDelay, out IReadOnlyList<QueuedRecord> queued))
            {
                if (queued.Count == 0)
                {
                    _writer.Write([], _synced, BatchKind.Idle);
                    _marked = true;
                }

                WriteAll(queued);
            }

            if (!_queue.IsDropping)
            {
                _writer.Write([], _synced, BatchKind.Stopped);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is on disk is not known any more, and the operating system may have dropped the pages of a failed sync: trying again could report success for
            // data that is gone. So nothing is written again, and whoever waits for a sync is told once.
            _queue.Fail(e);
            if (!_queue.IsDropping)
            {
                _fail(e);
            }
        }

        Exception? preparation = _writer.CompleteAsync().GetAwaiter().GetResult();
        _writer.Dispose();
        _ended.SetResult(preparation);
    }

    private void WriteAll(IReadOnlyList<QueuedRecord> queued)
    {
        int next = 0;
        while (next < queued.Count && !_queue.IsDropping)
        {
            long bytes = 0;
            _batch.Clear();
            long position = _synced;
            while (next < queued.Count)
            {
                QueuedRecord record = queued[next];
                bytes += RecordFormat.Measure(record.Record.Write);
                if (_batch.Count > 0 && bytes > _options.MaxBatchBytes)
                {
                    break;
                }

                _batch.Add(record.Record);
                position = record.Position;
                next++;
            }

            Invariant.Require(position == _synced + _batch.Count, $"position {position}, synced {_synced}, {_batch.Count} records");
            _writer.Write(CollectionsMarshal.AsSpan(_batch), position, BatchKind.Records);
            _synced = position;
            _marked = false;
            if (!_queue.IsDropping)
            {
                _report(position);
            }
        }
    }
}
