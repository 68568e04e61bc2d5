using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// The end of a snapshot's file: what it is, the length of its blocks and a checksum of each, then one last page that says where all that begins. The only file that knows
/// these bytes; see docs/storage.md. It is written last, so a file that was not written to its end has none.
/// </summary>
/// <param name="Group">Whose it is.</param>
/// <param name="Snapshot">What it is.</param>
/// <param name="BlockBytes">The length of every block but the last.</param>
/// <param name="Checksums">XxHash3-64 of each block.</param>
internal sealed record SnapshotFooter(GroupId Group, SnapshotInfo Snapshot, int BlockBytes, ImmutableArray<ulong> Checksums)
{
    public const uint Version = 1;
    public const int TrailerBytes = BlockFormat.BlockBytes;
    private const int FixedBytes = 48;
    private const int TrailerUsed = 40;
    private const int VersionAt = 8;
    private const int LengthAt = 12;
    private const int OffsetAt = 16;
    private const int ChecksumAt = 24;
    private const int OwnChecksumAt = 32;

    private static ReadOnlySpan<byte> Magic => "DIKESNAP"u8;

    /// <summary>The length of a block's place in the file: whole pages.</summary>
    public int PlaceBytes => BlockFormat.RoundUp(BlockBytes);

    /// <summary>Where block <paramref name="index"/> begins.</summary>
    public long OffsetOf(int index) => (long)index * PlaceBytes;

    public int LengthOf(int index) => (int)Math.Min(BlockBytes, Snapshot.Bytes - ((long)index * BlockBytes));

    /// <summary>The footer and the trailer, as they stand behind the blocks.</summary>
    public byte[] ToBytes()
    {
        byte[] members = MemberFormat.ToBytes(Snapshot.Members);
        int used = FixedBytes + members.Length + (Checksums.Length * sizeof(ulong));
        byte[] bytes = new byte[BlockFormat.RoundUp(used) + TrailerBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Group.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Snapshot.Configuration.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Snapshot.Slot.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Snapshot.Bytes);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(24), Snapshot.ContentHash);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), BlockBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(44), members.Length);
        members.CopyTo(bytes, FixedBytes);
        for (int index = 0; index < Checksums.Length; index++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(FixedBytes + members.Length + (index * sizeof(ulong))), Checksums[index]);
        }

        Span<byte> trailer = bytes.AsSpan(bytes.Length - TrailerBytes);
        Magic.CopyTo(trailer);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[VersionAt..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[LengthAt..], used);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[OffsetAt..], OffsetOf(Checksums.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[ChecksumAt..], XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - TrailerBytes)));
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[OwnChecksumAt..], XxHash3.HashToUInt64(trailer[..OwnChecksumAt]));
        return bytes;
    }

    /// <summary>Reads the footer of a file.</summary>
    /// <returns>Null, with the reason in <paramref name="fault"/>.</returns>
    public static SnapshotFooter? Read(IStorageFile file, out string? fault)
    {
        byte[] trailer = new byte[TrailerBytes];
        bool isWhole = file.Length >= TrailerBytes && file.Length % TrailerBytes == 0 && file.Read(trailer, file.Length - TrailerBytes) == TrailerBytes;
        if (!isWhole || !trailer.AsSpan(0, Magic.Length).SequenceEqual(Magic) || trailer.AsSpan(TrailerUsed).ContainsAnyExcept((byte)0)
            || XxHash3.HashToUInt64(trailer.AsSpan(0, OwnChecksumAt)) != BinaryPrimitives.ReadUInt64LittleEndian(trailer.AsSpan(OwnChecksumAt)))
        {
            fault = "its last page is not the end of a snapshot";
            return null;
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(VersionAt));
        int used = BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(LengthAt));
        long offset = BinaryPrimitives.ReadInt64LittleEndian(trailer.AsSpan(OffsetAt));
        fault = version != Version ? $"it has format version {version}, this build reads {Version}"
            : used < FixedBytes || offset < 0 || offset + BlockFormat.RoundUp(used) + TrailerBytes != file.Length ? $"its length is {file.Length} bytes, its last page says otherwise"
            : null;
        if (fault is not null)
        {
            return null;
        }

        byte[] bytes = new byte[BlockFormat.RoundUp(used)];
        if (file.Read(bytes, offset) != bytes.Length || XxHash3.HashToUInt64(bytes) != BinaryPrimitives.ReadUInt64LittleEndian(trailer.AsSpan(ChecksumAt)))
        {
            fault = "the checksum of its table of blocks does not fit";
            return null;
        }

        return Parse(bytes.AsSpan(0, used), offset, out fault);
    }

    private static SnapshotFooter? Parse(ReadOnlySpan<byte> bytes, long offset, out string? fault)
    {
        int blockBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]);
        int membersBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]);
        ImmutableArray<Member> members = [];
        fault = blockBytes < 1 || membersBytes < 0 || membersBytes > bytes.Length - FixedBytes
            ? "its table of blocks makes no sense"
            : MemberFormat.TryRead(bytes.Slice(FixedBytes, membersBytes), out members);
        if (fault is not null)
        {
            return null;
        }

        ReadOnlySpan<byte> table = bytes[(FixedBytes + membersBytes)..];
        ImmutableArray<ulong>.Builder checksums = ImmutableArray.CreateBuilder<ulong>(table.Length / sizeof(ulong));
        for (; table.Length >= sizeof(ulong); table = table[sizeof(ulong)..])
        {
            checksums.Add(BinaryPrimitives.ReadUInt64LittleEndian(table));
        }

        var snapshot = new SnapshotInfo(
            new Slot(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])),
            new ConfigurationId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])),
            members,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt128LittleEndian(bytes[24..]));
        var footer = new SnapshotFooter(new GroupId(BinaryPrimitives.ReadInt32LittleEndian(bytes)), snapshot, blockBytes, checksums.ToImmutable());
        bool fits = (snapshot.Bytes + blockBytes - 1) / blockBytes == footer.Checksums.Length && footer.OffsetOf(footer.Checksums.Length) == offset;
        fault = fits ? null : $"it has {footer.Checksums.Length} blocks of {blockBytes} bytes for {snapshot.Bytes} bytes";
        return fits ? footer : null;
    }
}
