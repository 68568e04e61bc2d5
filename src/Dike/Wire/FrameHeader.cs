using System.Buffers.Binary;
using Dike.Transport;

namespace Dike.Wire;

/// <summary>
/// The 8 bytes in front of every frame's body, little-endian:
/// <code>
/// offset  size  field
///      0     4  length of the body in bytes (this header not included)
///      4     2  kind, see FrameKind
///      6     2  reserved, zero; anything else is refused, so that a later version may give it a meaning
/// </code>
/// The length is compared with the limit before a byte of the body is buffered. The transport writes and reads it; nobody else sees it.
/// </summary>
internal readonly record struct FrameHeader(int BodyBytes, FrameKind Kind)
{
    public const int Size = 8;

    /// <summary>The smallest limit a connection may have: every frame of the handshake fits.</summary>
    public const int MinMaxFrameBytes = 1 << 10;

    /// <summary>The largest limit a connection may have.</summary>
    public const int MaxMaxFrameBytes = 256 << 20;

    /// <summary>Reads a header and refuses a frame that is larger than <paramref name="maxFrameBytes"/>, header included.</summary>
    /// <exception cref="InvalidFrameException">The frame is too large, has no kind, or uses the reserved bytes.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes, int maxFrameBytes)
    {
        WireFormat.Require(bytes.Length == Size && maxFrameBytes > Size);
        uint bodyBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        ushort kind = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        ushort reserved = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        if (reserved != 0 || kind == 0)
        {
            throw new InvalidFrameException($"what arrived does not speak this protocol (kind {kind}, reserved bytes {reserved:x4})");
        }

        return bodyBytes <= (uint)(maxFrameBytes - Size)
            ? new FrameHeader((int)bodyBytes, (FrameKind)kind)
            : throw new InvalidFrameException($"a frame of {bodyBytes + (long)Size} bytes was announced, at most {maxFrameBytes} are allowed");
    }

    public void Write(Span<byte> bytes)
    {
        WireFormat.Require(bytes.Length == Size && BodyBytes >= 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)BodyBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], 0);
    }
}
