using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Dike.Wire;

/// <summary>
/// Writes the primitive forms that every frame, peer message and log payload is made of: little-endian integers, length-prefixed UTF-8 and bytes.
/// The format's single definition; <see cref="WireReader"/> is its mirror.
/// </summary>
internal sealed class WireWriter(IBufferWriter<byte> output)
{
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(sizeof(ushort)), value);
        output.Advance(sizeof(ushort));
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), value);
        output.Advance(sizeof(uint));
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    /// <summary>16 bytes in the order in which a GUID is printed.</summary>
    public void Guid(Guid value)
    {
        Span<byte> span = output.GetSpan(16);
        bool fits = value.TryWriteBytes(span, bigEndian: true, out int written);
        WireFormat.Require(fits && written == 16);
        output.Advance(16);
    }

    /// <summary>Length in bytes as UInt32, then UTF-8.</summary>
    public void String(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        UInt32((uint)length);
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }

    /// <summary>Length as UInt32, then the bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        output.Write(value);
    }

    /// <summary>Bytes that another writer made, without a length: their own form says where they end.</summary>
    public void Raw(ReadOnlySpan<byte> value) => output.Write(value);
}
