using System.Buffers;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>Puts a batch together again, block by block. Recovery owns it. A batch counts only as a whole.</summary>
internal sealed class BatchReader
{
    private ArrayBufferWriter<byte> _payload = new();
    private BlockHeader _last;

    /// <summary>Whether some, but not all, blocks were added.</summary>
    public bool IsOpen => Blocks > 0 && !IsComplete;

    public bool IsComplete => Blocks > 0 && Blocks == _last.Count;

    /// <summary>How many blocks were added to the open batch.</summary>
    public int Blocks { get; private set; }

    /// <summary>Whether a block is the next one of the open batch.</summary>
    public bool IsContinuedBy(in BlockHeader header) =>
        header with { Used = _last.Used } == _last with { Lsn = _last.Lsn + 1, Index = _last.Index + 1 };

    public void Add(in BlockHeader header, ReadOnlySpan<byte> payload)
    {
        Invariant.Require(IsOpen ? IsContinuedBy(header) : header.Index == 0);
        if (header.Index == 0)
        {
            Clear();
        }

        _payload.Write(payload);
        _last = header;
        Blocks++;
    }

    /// <summary>Hands out the records of a complete batch, after all of them were checked.</summary>
    /// <returns>Null, or why the batch cannot be used.</returns>
    public string? Visit(Action<LogRecord> visit)
    {
        Invariant.Require(IsComplete);

        // The records keep slices of this array, so every batch has its own.
        ReadOnlyMemory<byte> bytes = _payload.WrittenSpan.ToArray();
        List<LogRecord> records = new(_last.Records);
        int offset = 0;
        while (offset < bytes.Length)
        {
            string? fault = RecordFormat.TryRead(bytes, offset, out LogRecord record, out int length);
            if (fault is not null)
            {
                return fault;
            }

            records.Add(record);
            offset += length;
        }

        if (records.Count != _last.Records)
        {
            return $"it has {records.Count} records, its blocks name {_last.Records}";
        }

        records.ForEach(visit);
        Clear();
        return null;
    }

    /// <summary>Names the records whose headers can still be read in the open batch and the bytes that should have continued it; for a message.</summary>
    public string DescribeWith(ReadOnlySpan<byte> next)
    {
        byte[] bytes = [.. IsOpen ? _payload.WrittenSpan : [], .. next];
        List<string> found = [];
        long offset = 0;
        while (offset < bytes.Length && RecordHeader.TryRead(bytes.AsSpan((int)offset), out RecordHeader header) is null)
        {
            found.Add(header.Describe());
            offset += RecordFormat.Measure(header);
        }

        return found.Count == 0 ? string.Empty : $"; affected are at least {string.Join(", ", found)}";
    }

    public void Clear()
    {
        _payload = new ArrayBufferWriter<byte>();
        _last = default;
        Blocks = 0;
    }
}
