using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// Writes batches behind each other, each on a fresh block, into one segment after the other. Owned by the journal thread once that runs.
/// One write at a time: when a batch is begun, everything before it is synced. A block that was written is never written again in the same run.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly JournalFiles _files;
    private readonly SegmentSource _segments;
    private readonly BatchBuffer _buffer = new();
    private readonly long _run;
    private Segment _segment;
    private IStorageFile _file;
    private int _nextBlock;
    private long _nextLsn;

    public JournalWriter(JournalFiles files, RecoveredJournal recovered, int segmentBytes)
    {
        _files = files;
        _segment = files.Segments[recovered.Segment];
        _segments = new SegmentSource(files, files.Segments.Skip(recovered.Segment + 1), segmentBytes);
        _file = files.Files.Open(_segment.Path, writable: true);
        _nextBlock = recovered.Block;
        _nextLsn = recovered.NextLsn;
        _run = recovered.LastRun + 1;

        // What was read back may have been in a cache only, if the process ended between a write and its sync: it counts as synced from here on.
        _file.Sync();
    }

    /// <summary>Writes one batch and syncs it.</summary>
    /// <param name="records">Its records; none in a mark.</param>
    /// <param name="lastPosition">The position of its last record.</param>
    /// <param name="kind">What it is for.</param>
    /// <exception cref="IOException">It failed: what is on disk is not known, and this writer must not be used again.</exception>
    public void Write(ReadOnlySpan<LogRecord> records, long lastPosition, BatchKind kind)
    {
        Invariant.Require(records.IsEmpty == (kind != BatchKind.Records));
        _buffer.Clear();
        foreach (ref readonly LogRecord record in records)
        {
            RecordFormat.Write(record, _buffer);
        }

        if (_nextBlock + _buffer.Blocks > _segment.Blocks)
        {
            NextSegment(_buffer.Blocks);
        }

        BlockHeader header = new(
            _files.JournalId,
            _segment.Header.Generation,
            _nextLsn,
            _run,
            SyncedLsn: _nextLsn - 1,
            lastPosition,
            Index: 0,
            Count: 0,
            records.Length,
            Used: 0,
            kind);
        ReadOnlySpan<byte> blocks = _buffer.Seal(header);
        Invariant.Require(_nextBlock >= 1, $"block {_nextBlock} of '{_segment.Path}'");
        Invariant.Require(_nextBlock + _buffer.Blocks <= _segment.Blocks, $"block {_nextBlock}, {_buffer.Blocks} of {_segment.Blocks} blocks");
        _file.Write(blocks, (long)_nextBlock * BlockFormat.BlockBytes);
        _nextBlock += _buffer.Blocks;
        _nextLsn += _buffer.Blocks;
    }

    /// <summary>Starts to prepare the next segment if there is none.</summary>
    public void Prepare() => _segments.Prepare();

    /// <summary>Waits until nothing is prepared in the background any more.</summary>
    /// <returns>Why the last segment could not be made, or null.</returns>
    public Task<Exception?> CompleteAsync() => _segments.CompleteAsync();

    public void Dispose()
    {
        _file.Dispose();
        _buffer.Dispose();
    }

    private void NextSegment(int blocks)
    {
        _file.Dispose();
        _segment = _segments.Next(blocks);
        _file = _files.Files.Open(_segment.Path, writable: true);
        _nextBlock = 1;
        _segments.Prepare();
    }
}
