using System.Buffers.Binary;
using System.IO.Hashing;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>What a record is. The numbers are on disk: never reuse one.</summary>
internal enum RecordKind : byte
{
    Promise = 1,
    Accept = 2,
    Sync = 3,
    Decided = 4,
    Configuration = 5,
    Learn = 6,
    Snapshot = 7,
}

/// <summary>
/// The fixed part of a record, with a checksum of its own: if only the payload is damaged, it still tells which group, ballot and slots are affected. See docs/storage.md.
/// </summary>
/// <param name="PayloadChecksum">XxHash3-64 of the payload.</param>
/// <param name="PayloadBytes">The payload's length.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Group">Whose it is.</param>
/// <param name="Configuration">The replica's configuration.</param>
/// <param name="Number">The replica's count of its writes.</param>
/// <param name="Ballot">Promised or accepted; none where nothing is voted for.</param>
/// <param name="First">The first slot; the decided slot in a decided record, the snapshot's in a snapshot record.</param>
/// <param name="Last">The last slot; before the first if it covers none.</param>
/// <param name="Batches">How many batches the payload has.</param>
internal readonly record struct RecordHeader(
    ulong PayloadChecksum,
    int PayloadBytes,
    RecordKind Kind,
    GroupId Group,
    ConfigurationId Configuration,
    long Number,
    Ballot Ballot,
    Slot First,
    Slot Last,
    int Batches)
{
    public const byte Version = 1;
    public const int Bytes = 80;
    private const int ChecksumAt = 0;
    private const int PayloadChecksumAt = 8;
    private const int PayloadBytesAt = 16;
    private const int KindAt = 20;
    private const int VersionAt = 21;
    private const int HeaderBytesAt = 22;
    private const int GroupAt = 24;
    private const int ConfigurationAt = 28;
    private const int NumberAt = 32;
    private const int BallotNumberAt = 40;
    private const int BallotPriorityAt = 48;
    private const int BallotOwnerAt = 52;
    private const int FirstAt = 56;
    private const int LastAt = 64;
    private const int BatchesAt = 72;

    public void Write(Span<byte> into)
    {
        Invariant.Require(into.Length == Bytes && PayloadBytes >= 0);
        into.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(into[PayloadChecksumAt..], PayloadChecksum);
        BinaryPrimitives.WriteInt32LittleEndian(into[PayloadBytesAt..], PayloadBytes);
        into[KindAt] = (byte)Kind;
        into[VersionAt] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(into[HeaderBytesAt..], Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(into[GroupAt..], Group.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(into[ConfigurationAt..], Configuration.Value);
        BinaryPrimitives.WriteInt64LittleEndian(into[NumberAt..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(into[BallotNumberAt..], Ballot.Number);
        BinaryPrimitives.WriteUInt16LittleEndian(into[BallotPriorityAt..], Ballot.Priority);
        BinaryPrimitives.WriteUInt32LittleEndian(into[BallotOwnerAt..], Ballot.Owner.Value);
        BinaryPrimitives.WriteInt64LittleEndian(into[FirstAt..], First.Value);
        BinaryPrimitives.WriteInt64LittleEndian(into[LastAt..], Last.Value);
        BinaryPrimitives.WriteInt32LittleEndian(into[BatchesAt..], Batches);
        BinaryPrimitives.WriteUInt64LittleEndian(into[ChecksumAt..], XxHash3.HashToUInt64(into[PayloadChecksumAt..]));
    }

    /// <summary>Reads a header.</summary>
    /// <returns>Null, or why it cannot be used.</returns>
    public static string? TryRead(ReadOnlySpan<byte> from, out RecordHeader header)
    {
        header = default;
        if (from.Length < Bytes ||
            XxHash3.HashToUInt64(from[PayloadChecksumAt..Bytes]) != BinaryPrimitives.ReadUInt64LittleEndian(from[ChecksumAt..]))
        {
            return "the checksum of a record's header does not fit";
        }

        if (from[VersionAt] != Version || BinaryPrimitives.ReadUInt16LittleEndian(from[HeaderBytesAt..]) != Bytes)
        {
            return $"a record has version {from[VersionAt]}, this build reads version {Version}";
        }

        header = new RecordHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(from[PayloadChecksumAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[PayloadBytesAt..]),
            (RecordKind)from[KindAt],
            new GroupId(BinaryPrimitives.ReadInt32LittleEndian(from[GroupAt..])),
            new ConfigurationId(BinaryPrimitives.ReadUInt32LittleEndian(from[ConfigurationAt..])),
            BinaryPrimitives.ReadInt64LittleEndian(from[NumberAt..]),
            new Ballot(
                BinaryPrimitives.ReadInt64LittleEndian(from[BallotNumberAt..]),
                BinaryPrimitives.ReadUInt16LittleEndian(from[BallotPriorityAt..]),
                new ReplicaId(BinaryPrimitives.ReadUInt32LittleEndian(from[BallotOwnerAt..]))),
            new Slot(BinaryPrimitives.ReadInt64LittleEndian(from[FirstAt..])),
            new Slot(BinaryPrimitives.ReadInt64LittleEndian(from[LastAt..])),
            BinaryPrimitives.ReadInt32LittleEndian(from[BatchesAt..]));
        return null;
    }

    /// <summary>Which group and slots, for a message.</summary>
    public string Describe() => Last < First ? $"group {Group} (no slots)" : $"group {Group} slots {First}..{Last}";
}
