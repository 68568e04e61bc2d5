using System.Buffers;
using Dike.Wire;

namespace Dike.Transport;

/// <summary>
/// A growing buffer of whole frames that wait for the socket. Unlike <see cref="ArrayBufferWriter{T}"/> it can take back a frame that turned out
/// too large, and gives its memory back after a burst. Used by <see cref="TcpConnection"/> under its lock.
/// </summary>
internal sealed class SendBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 4 << 10;

    // Above this size an emptied buffer is not kept: one burst must not hold memory for the life of the connection.
    private const int MaxKeptBytes = 1 << 20;

    private byte[] _bytes = new byte[InitialBytes];

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Count);

    public void Advance(int count)
    {
        WireFormat.Require(count >= 0 && count <= _bytes.Length - Count);
        Count += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Count);
    }

    /// <summary>Bytes already written, to be filled in afterwards.</summary>
    public Span<byte> Patch(int start, int count) => _bytes.AsSpan(start, count);

    /// <summary>Takes back everything behind <paramref name="count"/>.</summary>
    public void TruncateTo(int count)
    {
        WireFormat.Require(count >= 0 && count <= Count);
        Count = count;
    }

    public void Clear()
    {
        Count = 0;
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    private void Reserve(int sizeHint)
    {
        int needed = checked(Count + Math.Max(sizeHint, 1));
        if (needed > _bytes.Length)
        {
            long doubled = Math.Min(2L * _bytes.Length, Array.MaxLength);
            Array.Resize(ref _bytes, (int)Math.Max(doubled, needed));
        }
    }
}
