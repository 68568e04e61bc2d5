using System.Runtime.InteropServices;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>Memory that starts at a multiple of the block size, as direct I/O demands. Grows on request and keeps its content. One user at a time.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private byte* _start;
    private int _length;

    public AlignedBuffer(int length)
    {
        _start = Allocate(length);
        _length = length;
    }

    ~AlignedBuffer() => Free();

    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return new Span<byte>(_start, _length);
        }
    }

    public void Grow(int length)
    {
        Invariant.Require(length >= _length);
        byte* grown = Allocate(length);
        Span.CopyTo(new Span<byte>(grown, length));
        Free();
        _start = grown;
        _length = length;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static byte* Allocate(int length)
    {
        Invariant.Require(length > 0 && length % BlockFormat.BlockBytes == 0);
        return (byte*)NativeMemory.AlignedAlloc((nuint)length, BlockFormat.BlockBytes);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        _length = 0;
    }
}
