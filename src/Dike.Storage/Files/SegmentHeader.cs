using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// The first block of a segment: whose it is, which format, which journal, which number. Written once, before the segment gets its name. See docs/storage.md.
/// </summary>
/// <param name="Owner">The node that it belongs to.</param>
/// <param name="JournalId">Drawn at random when the journal was made.</param>
/// <param name="Number">The segment's place in the journal, from 1.</param>
/// <param name="Generation">The use of this file: blocks of a lower generation are left over from an earlier use.</param>
/// <param name="Bytes">The segment's length, this block included.</param>
internal sealed record SegmentHeader(StoreIdentity Owner, ulong JournalId, long Number, long Generation, long Bytes)
{
    public const uint FormatVersion = 1;
    public const int MaxNodeNameBytes = 1024;
    private const int VersionAt = 8;
    private const int BlockBytesAt = 12;
    private const int ClusterAt = 16;
    private const int IncarnationAt = 32;
    private const int JournalAt = 40;
    private const int NumberAt = 48;
    private const int GenerationAt = 56;
    private const int BytesAt = 64;
    private const int NameLengthAt = 72;
    private const int NameAt = 76;
    private const int ChecksumAt = BlockFormat.BlockBytes - 8;

    private static ReadOnlySpan<byte> Magic => "DIKEJRNL"u8;

    public static void CheckName(string nodeName)
    {
        int bytes = Encoding.UTF8.GetByteCount(nodeName);
        if (bytes is 0 or > MaxNodeNameBytes)
        {
            throw new ArgumentException($"The node name '{nodeName}' has {bytes} bytes in UTF-8, expected 1 to {MaxNodeNameBytes}.", nameof(nodeName));
        }
    }

    public void Write(Span<byte> block)
    {
        Invariant.Require(block.Length == BlockFormat.BlockBytes && Encoding.UTF8.GetByteCount(Owner.NodeName) <= MaxNodeNameBytes);
        block.Clear();
        Magic.CopyTo(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block[VersionAt..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(block[BlockBytesAt..], BlockFormat.BlockBytes);
        bool fits = Owner.ClusterId.TryWriteBytes(block[ClusterAt..], bigEndian: true, out _);
        Invariant.Require(fits);
        BinaryPrimitives.WriteUInt64LittleEndian(block[IncarnationAt..], Owner.Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(block[JournalAt..], JournalId);
        BinaryPrimitives.WriteInt64LittleEndian(block[NumberAt..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(block[GenerationAt..], Generation);
        BinaryPrimitives.WriteInt64LittleEndian(block[BytesAt..], Bytes);
        int nameBytes = Encoding.UTF8.GetBytes(Owner.NodeName, block[NameAt..ChecksumAt]);
        BinaryPrimitives.WriteInt32LittleEndian(block[NameLengthAt..], nameBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(block[ChecksumAt..], XxHash3.HashToUInt64(block[..ChecksumAt]));
    }

    /// <summary>Reads a header.</summary>
    /// <returns>Null, with the reason in <paramref name="fault"/>.</returns>
    public static SegmentHeader? Read(ReadOnlySpan<byte> block, out string? fault)
    {
        fault = Fault(block);
        if (fault is not null)
        {
            return null;
        }

        int nameBytes = BinaryPrimitives.ReadInt32LittleEndian(block[NameLengthAt..]);
        StoreIdentity owner = new(
            new Guid(block.Slice(ClusterAt, 16), bigEndian: true),
            Encoding.UTF8.GetString(block.Slice(NameAt, nameBytes)),
            BinaryPrimitives.ReadUInt64LittleEndian(block[IncarnationAt..]));
        return new SegmentHeader(
            owner,
            BinaryPrimitives.ReadUInt64LittleEndian(block[JournalAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[NumberAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[GenerationAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[BytesAt..]));
    }

    private static string? Fault(ReadOnlySpan<byte> block)
    {
        if (block.Length < BlockFormat.BlockBytes || !block[..Magic.Length].SequenceEqual(Magic))
        {
            return "it does not start like a Dike journal";
        }

        // The version comes before the checksum: another version may compute it differently, and its reader deserves the true reason.
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(block[VersionAt..]);
        if (version != FormatVersion)
        {
            return $"it has format version {version}, this build reads format version {FormatVersion}";
        }

        if (XxHash3.HashToUInt64(block[..ChecksumAt]) != BinaryPrimitives.ReadUInt64LittleEndian(block[ChecksumAt..]))
        {
            return "the checksum of its header does not fit";
        }

        int nameBytes = BinaryPrimitives.ReadInt32LittleEndian(block[NameLengthAt..]);
        int blockBytes = BinaryPrimitives.ReadInt32LittleEndian(block[BlockBytesAt..]);
        return nameBytes is >= 0 and <= MaxNodeNameBytes && blockBytes == BlockFormat.BlockBytes
            ? null
            : $"its header names blocks of {blockBytes} bytes and a node name of {nameBytes}";
    }
}
