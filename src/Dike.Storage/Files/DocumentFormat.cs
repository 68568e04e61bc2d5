using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// The bytes of a document: magic, format version, length, checksum, content, zeros up to a whole block. The only file that knows them; see docs/storage.md.
/// The checksum covers the name too, so that a document under another's name is refused.
/// </summary>
internal static class DocumentFormat
{
    public const uint Version = 1;
    public const int HeaderBytes = 24;
    private const int VersionAt = 8;
    private const int LengthAt = 12;
    private const int ChecksumAt = 16;

    private static ReadOnlySpan<byte> Magic => "DIKEDOCU"u8;

    public static int FileBytes(int contentBytes) => BlockFormat.RoundUp(HeaderBytes + contentBytes);

    public static void Write(Span<byte> file, string name, ReadOnlySpan<byte> content)
    {
        Invariant.Require(file.Length == FileBytes(content.Length));
        file.Clear();
        Magic.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file[VersionAt..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(file[LengthAt..], content.Length);
        content.CopyTo(file[HeaderBytes..]);
        BinaryPrimitives.WriteUInt64LittleEndian(file[ChecksumAt..], Checksum(file, name));
    }

    /// <summary>Gives back the content.</summary>
    /// <returns>Null, with the reason in <paramref name="fault"/>.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> file, string name, out string? fault)
    {
        fault = Fault(file, name);
        return fault is null ? file.Slice(HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(file[LengthAt..])).ToArray() : null;
    }

    private static string? Fault(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < HeaderBytes || !file[..Magic.Length].SequenceEqual(Magic))
        {
            return "it does not start like a Dike document";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(file[VersionAt..]);
        if (version != Version)
        {
            return $"it has format version {version}, this build reads {Version}";
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(file[LengthAt..]);
        if (length < 0 || length > file.Length - HeaderBytes || file.Length != FileBytes(length))
        {
            return $"its length is {file.Length} bytes, its content should have {length}";
        }

        return Checksum(file, name) == BinaryPrimitives.ReadUInt64LittleEndian(file[ChecksumAt..]) ? null : "its checksum does not fit its content";
    }

    private static ulong Checksum(ReadOnlySpan<byte> file, string name)
    {
        XxHash3 hash = new();
        hash.Append(Encoding.UTF8.GetBytes(name));
        hash.Append(file[..ChecksumAt]);
        hash.Append(file[HeaderBytes..]);
        return hash.GetCurrentHashAsUInt64();
    }
}
