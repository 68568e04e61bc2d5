namespace Dike.Storage.Files;

/// <summary>
/// Reads a journal from its first block and gives back every record of every whole batch, in order. Only reads: a cut is made by going on at the place where this ended.
/// Reading ends at the first block that is not the next one. Whether that is a torn tail or damage is decided by all the blocks behind it: if any of them says
/// that the missing place had been synced, records are lost and the journal is refused. Used once, by the opener.
/// </summary>
internal sealed class JournalRecovery
{
    private const int ReadBytes = 256 * BlockFormat.BlockBytes;
    private readonly JournalFiles _files;
    private readonly Action<LogRecord> _visit;
    private readonly BatchReader _batch = new();
    private bool _reading = true;
    private int _endSegment;
    private int _endBlock = 1;
    private long _expectedLsn = 1;
    private long _run;
    private long _position;
    private long _records;
    private long _leftOver;
    private long _highestRun;
    private long _highestPosition;
    private long _highestSynced;
    private Gap? _gap;

    private JournalRecovery(JournalFiles files, Action<LogRecord> visit)
    {
        _files = files;
        _visit = visit;
    }

    /// <summary>Reads the journal.</summary>
    /// <exception cref="LogDamagedException">Records that had been synced cannot be read.</exception>
    public static RecoveredJournal Run(JournalFiles files, Action<LogRecord> visit)
    {
        JournalRecovery recovery = new(files, visit);
        for (int i = 0; i < files.Segments.Count; i++)
        {
            recovery.ReadSegment(i);
        }

        return recovery.Finish();
    }

    private void ReadSegment(int index)
    {
        Segment segment = _files.Segments[index];
        using IStorageFile file = _files.Files.Open(segment.Path, writable: false);
        byte[] bytes = new byte[Math.Min(ReadBytes, segment.Header.Bytes)];
        for (long offset = 0; offset < segment.Header.Bytes; offset += bytes.Length)
        {
            int read = file.Read(bytes, offset);
            if (read != Math.Min(bytes.Length, segment.Header.Bytes - offset))
            {
                throw new LogDamagedException(
                    $"The journal's file '{segment.Path}' ends at offset {offset + read}, expected {segment.Header.Bytes} bytes. Restore it.",
                    segment.Path,
                    offset + read);
            }

            for (int at = offset == 0 ? BlockFormat.BlockBytes : 0; at < read; at += BlockFormat.BlockBytes)
            {
                ReadBlock(index, (int)((offset + at) / BlockFormat.BlockBytes), bytes.AsSpan(at, BlockFormat.BlockBytes));
            }
        }

        if (_reading && _batch.IsOpen)
        {
            // A batch never spans segments: the rest of this one cannot come any more.
            StopReading(index, segment.Blocks, []);
        }
    }

    private void ReadBlock(int segmentIndex, int block, ReadOnlySpan<byte> bytes)
    {
        Segment segment = _files.Segments[segmentIndex];
        if (!BlockFormat.TryReadHeader(bytes, out BlockHeader header))
        {
            bool unwritten = !bytes.ContainsAnyExcept((byte)0);
            StopReading(segmentIndex, block, unwritten ? [] : bytes);
            _leftOver += unwritten ? 0 : 1;
            return;
        }

        CheckReadable(segment, block, header);
        if (header.Generation < segment.Header.Generation)
        {
            StopReading(segmentIndex, block, []);
            return;
        }

        _highestRun = Math.Max(_highestRun, header.Run);
        _highestPosition = Math.Max(_highestPosition, header.Position);
        _highestSynced = Math.Max(_highestSynced, header.SyncedLsn);
        bool mayContinue = _reading || (block == 1 && !_batch.IsOpen);
        if (mayContinue && IsNext(header))
        {
            Take(segmentIndex, block, header, bytes);
        }
        else
        {
            StopReading(segmentIndex, block, bytes);
            _leftOver++;
        }
    }

    private static void CheckReadable(Segment segment, int block, in BlockHeader header)
    {
        if (header.JournalId != segment.Header.JournalId || header.Generation > segment.Header.Generation)
        {
            long offset = (long)block * BlockFormat.BlockBytes;
            throw new LogDamagedException(
                $"The journal's file '{segment.Path}' has at offset {offset} a block of journal {header.JournalId:x16} generation {header.Generation}, " +
                $"expected journal {segment.Header.JournalId:x16} generation {segment.Header.Generation}. Restore the file. Nothing was changed.",
                segment.Path,
                offset);
        }

        if (!Enum.IsDefined(header.Kind))
        {
            long offset = (long)block * BlockFormat.BlockBytes;
            throw new LogDamagedException(
                $"The journal's file '{segment.Path}' has at offset {offset} a batch of the unknown kind {(ushort)header.Kind}: " +
                "a newer release wrote it. Use that. Nothing was changed.",
                segment.Path,
                offset);
        }
    }

    private bool IsNext(in BlockHeader header) =>
        _batch.IsOpen
            ? _batch.IsContinuedBy(header)
            : header.Lsn == _expectedLsn && header.Run >= _run && header.Index == 0;

    private void Take(int segmentIndex, int block, in BlockHeader header, ReadOnlySpan<byte> bytes)
    {
        _reading = true;
        _gap = null;
        if (!_batch.IsOpen)
        {
            _endSegment = segmentIndex;
            _endBlock = block;
        }

        _batch.Add(header, bytes.Slice(BlockFormat.HeaderBytes, header.Used));
        if (!_batch.IsComplete)
        {
            return;
        }

        Segment segment = _files.Segments[segmentIndex];
        long offset = (long)_endBlock * BlockFormat.BlockBytes;
        if (header.Position - header.Records < _position)
        {
            throw new LogDamagedException(
                $"The batch at offset {offset} of '{segment.Path}' ends at position {header.Position}, but position {_position} came before it. " +
                "Restore the file. Nothing was changed.",
                segment.Path,
                offset);
        }

        string? fault = _batch.Visit(_visit);
        if (fault is not null)
        {
            throw new LogDamagedException(
                $"The batch at offset {offset} of '{segment.Path}' cannot be used: {fault}. Restore the file. Nothing was changed.", segment.Path, offset);
        }

        _records += header.Records;
        _position = header.Position;
        _run = header.Run;
        _expectedLsn = header.Lsn + 1;
        _endBlock = block + 1;
    }

    /// <summary>Notes where reading ended, and what is there, in case that it turns out to be damage.</summary>
    private void StopReading(int segmentIndex, int block, ReadOnlySpan<byte> found)
    {
        if (!_reading)
        {
            return;
        }

        _reading = false;
        Segment segment = _files.Segments[segmentIndex];
        ReadOnlySpan<byte> raw = found.IsEmpty ? found : found[BlockFormat.HeaderBytes..];
        _gap = new Gap(segment.Path, Math.Min(block, segment.Blocks - 1) * (long)BlockFormat.BlockBytes, _batch.DescribeWith(raw));
        _leftOver += _batch.Blocks;
        _batch.Clear();
    }

    private RecoveredJournal Finish()
    {
        // The most dangerous line of recovery. Every batch carries the last block that had been synced before it was written, and a record is reported only
        // after its sync. If any intact block, however far behind, says that the block missing here was synced, then a record that somebody was told of is gone:
        // cutting would turn an answered command into one that never happened. Only a suffix above every surviving watermark may be cut.
        if (_highestSynced >= _expectedLsn)
        {
            Gap gap = _gap ?? EndOfJournal();
            throw new LogDamagedException(
                $"The journal is damaged: '{gap.Path}' cannot be read at offset {gap.Offset} (block {_expectedLsn} of the journal, of {_highestSynced} that were synced){gap.Found}. " +
                "Put the file back as it was. Do not start the node with an empty or an older directory: its votes would be forgotten; a group with a majority of other members goes on without it. Nothing was changed.",
                gap.Path,
                gap.Offset);
        }

        return new RecoveredJournal(_endSegment, _endBlock, _expectedLsn, _highestRun, _position, _highestPosition, _records, _leftOver);
    }

    /// <summary>The journal was read to its very end, and its last blocks are those that an intact one says were synced.</summary>
    private Gap EndOfJournal()
    {
        Segment last = _files.Segments[^1];
        return new Gap(last.Path, last.Header.Bytes, string.Empty);
    }

    /// <summary>A place where the next block should have been.</summary>
    private sealed record Gap(string Path, long Offset, string Found);
}
