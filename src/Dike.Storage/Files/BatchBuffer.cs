using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// Gathers the bytes of one batch straight into the blocks that will be written: payloads are copied once. The journal thread owns it.
/// Unused bytes of the last block are zero, whatever batch was in the buffer before.
/// </summary>
internal sealed class BatchBuffer : IDisposable
{
    private const int KeptBytes = 4 * 1024 * 1024;
    private AlignedBuffer _blocks = new(64 * BlockFormat.BlockBytes);
    private int _length;
    private long _payload;

    /// <summary>How many blocks the batch takes.</summary>
    public int Blocks => BlockFormat.BlocksFor(_payload);

    public void Clear()
    {
        _length = 0;
        _payload = 0;
        if (_blocks.Span.Length > KeptBytes)
        {
            _blocks.Dispose();
            _blocks = new AlignedBuffer(KeptBytes);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int inBlock = (int)(_payload % BlockFormat.PayloadBytes);
            if (inBlock == 0)
            {
                AddBlock();
            }

            int fits = Math.Min(bytes.Length, BlockFormat.PayloadBytes - inBlock);
            bytes[..fits].CopyTo(_blocks.Span[(_length - BlockFormat.PayloadBytes + inBlock)..]);
            bytes = bytes[fits..];
            _payload += fits;
        }
    }

    /// <summary>Completes headers and checksums.</summary>
    /// <param name="first">The header of the batch's first block; index, count and used bytes are filled in here.</param>
    /// <returns>The blocks; valid until the next <see cref="Clear"/>.</returns>
    public ReadOnlySpan<byte> Seal(in BlockHeader first)
    {
        if (_length == 0)
        {
            AddBlock();
        }

        Span<byte> blocks = _blocks.Span[.._length];
        int count = _length / BlockFormat.BlockBytes;
        Invariant.Require(count == Blocks);
        for (int i = 0; i < count; i++)
        {
            long used = Math.Min(BlockFormat.PayloadBytes, _payload - ((long)i * BlockFormat.PayloadBytes));
            BlockHeader header = first with { Lsn = first.Lsn + i, Index = i, Count = count, Used = (int)used };
            BlockFormat.WriteHeader(blocks.Slice(i * BlockFormat.BlockBytes, BlockFormat.BlockBytes), header);
        }

        return blocks;
    }

    public void Dispose() => _blocks.Dispose();

    private void AddBlock()
    {
        int needed = checked(_length + BlockFormat.BlockBytes);
        if (needed > _blocks.Span.Length)
        {
            int most = Array.MaxLength / BlockFormat.BlockBytes * BlockFormat.BlockBytes;
            _blocks.Grow((int)Math.Min(Math.Max(needed, 2L * _blocks.Span.Length), most));
        }

        _blocks.Span.Slice(_length, BlockFormat.BlockBytes).Clear();
        _length = needed;
    }
}
