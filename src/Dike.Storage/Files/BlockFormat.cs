using System.Buffers.Binary;
using System.IO.Hashing;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// The bytes of a block, the unit of every write: a header that says which block it is, then a piece of its batch. The only file that knows them; see docs/storage.md.
/// A block proves by itself that it belongs to this journal, to this use of its segment, and where in the journal it stands: so recovery can tell a block
/// that was never written from one that was and is damaged.
/// </summary>
internal static class BlockFormat
{
    public const int BlockBytes = 4096;
    public const int HeaderBytes = 72;
    public const int PayloadBytes = BlockBytes - HeaderBytes;
    private const int ChecksumAt = 0;
    private const int JournalAt = 8;
    private const int GenerationAt = 16;
    private const int LsnAt = 24;
    private const int RunAt = 32;
    private const int SyncedAt = 40;
    private const int PositionAt = 48;
    private const int IndexAt = 56;
    private const int CountAt = 60;
    private const int RecordsAt = 64;
    private const int UsedAt = 68;
    private const int KindAt = 70;

    public static int RoundUp(int bytes) => checked((bytes + BlockBytes - 1) / BlockBytes * BlockBytes);

    /// <summary>How many blocks a batch of so many bytes takes; a batch without records takes one.</summary>
    public static int BlocksFor(long payloadBytes) => Math.Max(1, checked((int)((payloadBytes + PayloadBytes - 1) / PayloadBytes)));

    /// <summary>Fills in header and checksum; the payload must be there already.</summary>
    public static void WriteHeader(Span<byte> block, in BlockHeader header)
    {
        Invariant.Require(block.Length == BlockBytes && header.Used <= PayloadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(block[JournalAt..], header.JournalId);
        BinaryPrimitives.WriteInt64LittleEndian(block[GenerationAt..], header.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(block[LsnAt..], header.Lsn);
        BinaryPrimitives.WriteInt64LittleEndian(block[RunAt..], header.Run);
        BinaryPrimitives.WriteInt64LittleEndian(block[SyncedAt..], header.SyncedLsn);
        BinaryPrimitives.WriteInt64LittleEndian(block[PositionAt..], header.Position);
        BinaryPrimitives.WriteInt32LittleEndian(block[IndexAt..], header.Index);
        BinaryPrimitives.WriteInt32LittleEndian(block[CountAt..], header.Count);
        BinaryPrimitives.WriteInt32LittleEndian(block[RecordsAt..], header.Records);
        BinaryPrimitives.WriteUInt16LittleEndian(block[UsedAt..], (ushort)header.Used);
        BinaryPrimitives.WriteUInt16LittleEndian(block[KindAt..], (ushort)header.Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(block[ChecksumAt..], XxHash3.HashToUInt64(block[JournalAt..]));
    }

    /// <summary>Reads the header of an intact block.</summary>
    /// <returns>False if the checksum does not fit, or the numbers make no sense: unwritten, torn or damaged.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> block, out BlockHeader header)
    {
        Invariant.Require(block.Length == BlockBytes);
        header = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(block[ChecksumAt..]) != XxHash3.HashToUInt64(block[JournalAt..]))
        {
            return false;
        }

        header = new BlockHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(block[JournalAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[GenerationAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[LsnAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[RunAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[SyncedAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[PositionAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(block[IndexAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(block[CountAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(block[RecordsAt..]),
            BinaryPrimitives.ReadUInt16LittleEndian(block[UsedAt..]),
            (BatchKind)BinaryPrimitives.ReadUInt16LittleEndian(block[KindAt..]));
        return header.Index >= 0 && header.Index < header.Count && header.Records >= 0 && header.Used <= PayloadBytes;
    }
}

/// <summary>What a block says of itself and its batch.</summary>
/// <param name="JournalId">The journal.</param>
/// <param name="Generation">The use of its segment.</param>
/// <param name="Lsn">Its number in the journal: from 1, one more per block, across segments.</param>
/// <param name="Run">How often the journal had been started when it was written: a block of a lower run behind one of a higher is left over from a crash.</param>
/// <param name="SyncedLsn">The last block known to be synced when its batch was written: all up to there must be readable for ever.</param>
/// <param name="Position">The position of the last record of its batch.</param>
/// <param name="Index">Its index in its batch, from 0.</param>
/// <param name="Count">How many blocks its batch has.</param>
/// <param name="Records">How many records its batch has.</param>
/// <param name="Used">How many bytes of payload it has.</param>
/// <param name="Kind">What its batch is for.</param>
internal readonly record struct BlockHeader(
    ulong JournalId, long Generation, long Lsn, long Run, long SyncedLsn, long Position, int Index, int Count, int Records, int Used, BatchKind Kind);

/// <summary>What a batch is for. The numbers are on disk: never reuse one.</summary>
internal enum BatchKind : ushort
{
    /// <summary>It carries records.</summary>
    Records = 1,

    /// <summary>The first of a run, without records: what recovery gave back counts as synced from here on.</summary>
    Opened = 2,

    /// <summary>Written when nothing was queued for a while, without records: tells that the last records are synced.</summary>
    Idle = 3,

    /// <summary>The last of a clean stop, without records.</summary>
    Stopped = 4,
}
