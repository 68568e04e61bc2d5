using System.Buffers.Binary;
using System.Text;
using Dike.Transport;

namespace Dike.Wire;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Every length is checked against the bytes that remain before anything is allocated.</summary>
/// <remarks>Throws <see cref="InvalidFrameException"/> where the bytes do not fit; never anything else.</remarks>
internal ref struct WireReader(ReadOnlySpan<byte> input)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = input;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    /// <summary>The next byte, without taking it.</summary>
    public readonly byte Peek() => _rest.IsEmpty ? throw new InvalidFrameException("the frame ends before its fields do") : _rest[0];

    public bool Bool()
    {
        byte value = Byte();
        return value <= 1 ? value == 1 : throw new InvalidFrameException($"a truth value is {value}, expected 0 or 1");
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public Guid Guid() => new(Take(16), bigEndian: true);

    public string String(int maxBytes)
    {
        ReadOnlySpan<byte> bytes = Take(Length(maxBytes));
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidFrameException("a text is not UTF-8");
        }
    }

    public byte[] Bytes(int maxBytes) => Take(Length(maxBytes)).ToArray();

    /// <summary>A count of items that take at least <paramref name="minItemBytes"/> each.</summary>
    public int Count(int minItemBytes)
    {
        uint count = UInt32();
        return count * (ulong)minItemBytes <= (ulong)_rest.Length
            ? (int)count
            : throw new InvalidFrameException($"{count} items of at least {minItemBytes} bytes announced, {_rest.Length} bytes remain");
    }

    /// <summary>A count of at most <paramref name="maxItems"/> items that take at least <paramref name="minItemBytes"/> each.</summary>
    public int Count(int minItemBytes, int maxItems)
    {
        int count = Count(minItemBytes);
        return count <= maxItems ? count : throw new InvalidFrameException($"{count} items announced, at most {maxItems} are allowed here");
    }

    /// <summary>Refuses bytes behind the last field.</summary>
    public readonly void End()
    {
        if (_rest.Length != 0)
        {
            throw new InvalidFrameException($"{_rest.Length} bytes remain behind the last field");
        }
    }

    private int Length(int maxBytes)
    {
        uint length = UInt32();
        return length <= (uint)maxBytes ? (int)length : throw new InvalidFrameException($"{length} bytes announced, at most {maxBytes} are allowed here");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidFrameException($"{count} bytes expected, {_rest.Length} remain");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
