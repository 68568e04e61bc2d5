using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CsCheck;
using Dike.Paxos;
using Dike.Storage.Files;
using Dike.Storage.Tests.Compliance;
using Dike.Storage.Tests.Faults;

namespace Dike.Storage.Tests.Files;

/// <summary>The bytes on disk: any record comes back as it was, and the bytes of known content never change.</summary>
public sealed class FormatTests
{
    private static readonly Gen<EntryBatch> Batch = Gen.Select(
        Gen.Long[1, long.MaxValue / 2], Gen.Int[1, 1000], Gen.Bool, Gen.Byte.Array[0, 6000],
        (first, count, isStart, payload) => new EntryBatch(new Slot(first), count, isStart ? EntryKind.EpochStart : EntryKind.Commands, payload));

    private static readonly Gen<Ballot> AnyBallot = Gen.Select(
        Gen.Long[0, long.MaxValue], Gen.UShort, Gen.UInt, (number, priority, owner) => new Ballot(number, priority, new ReplicaId(owner)));

    private static readonly Gen<ImmutableArray<Member>> AnyMembers = Gen.Select(
        Gen.UInt, Gen.UShort, Gen.String[0, 40], Gen.ULong, (id, priority, node, incarnation) => new Member(new ReplicaId(id), priority, WellFormed(node), incarnation))
        .Array[0, 7].Select(members => members.ToImmutableArray());

    private static readonly Gen<LogWrite> Write = Gen.Select(
        Gen.Long[1, long.MaxValue], Gen.UInt, AnyBallot, Gen.Long[0, long.MaxValue / 2], Batch.Array[0, 5], AnyMembers, Gen.Int[0, 6],
        (number, configuration, ballot, slot, batches, members, kind) =>
            Make(kind, number, new ConfigurationId(configuration), ballot, new Slot(slot), [.. batches], members));

    private static readonly Gen<LogRecord> Record = Gen.Select(Gen.Int[0, int.MaxValue], Write, (group, write) => new LogRecord(new GroupId(group), write));

    [Fact]
    public void Write_AnyRecords_ReadsBackTheSame() =>
        Record.Array[1, 8].Sample(
            records =>
            {
                byte[] blocks = Encode(records);
                Assert.Equal(records.Select(LogWrites.Describe), Decode(blocks).Select(LogWrites.Describe));
                Assert.Equal(BlockFormat.BlocksFor(records.Sum(record => RecordFormat.Measure(record.Write))) * BlockFormat.BlockBytes, blocks.Length);
            },
            iter: 500);

    [Fact]
    public void TryRead_AnyByteOfARecordChanged_SaysWhy() =>
        Gen.Select(Record, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample(
            (record, at, mask) =>
            {
                byte[] bytes = Payload(Encode([record]));
                int used = (int)RecordFormat.Measure(record.Write);
                int padding = bytes.Length - RecordHeader.Bytes - PayloadBytes(bytes);
                int offset = at % (used - padding);
                bytes[offset] ^= mask;
                Assert.NotNull(RecordFormat.TryRead(bytes, 0, out _, out _));
            },
            iter: 500);

    [Fact]
    public void TryRead_Garbage_NeverThrows() =>
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.NotNull(RecordFormat.TryRead(bytes, 0, out _, out _)), iter: 2000);

    [Fact]
    public void SegmentHeader_KnownContent_HasTheGoldenBytes()
    {
        byte[] block = new byte[BlockFormat.BlockBytes];
        SegmentHeader header = new(JournalOnFaultyDisk.Identity, 0x1122334455667788, 3, 3, 16 * 1024 * 1024);
        header.Write(block);
        AssertGolden("segment-header", block);
        Assert.Equal(header, SegmentHeader.Read(block, out _));
    }

    [Fact]
    public void Blocks_KnownRecords_HaveTheGoldenBytes()
    {
        byte[] blocks = Encode(
        [
            LogWrites.Promise(1, 2),
            LogWrites.Accept(3, 4, "one"u8.ToArray(), "second"u8.ToArray()),
            LogWrites.Sync(5, 6, 7, "kept seven"u8.ToArray()),
            LogWrites.Decided(8, 9, 10),
            LogWrites.Accept(11, 12, LogWrites.Payload(4000, 13)),
        ]);
        Assert.Equal(2 * BlockFormat.BlockBytes, blocks.Length);
        AssertGolden("batch", blocks);
    }

    [Fact]
    public void Blocks_RecordsOfMembersAndSnapshots_HaveTheGoldenBytes()
    {
        ImmutableArray<Member> members = [new(new ReplicaId(2), 3, "one", 0x1122334455667788), new(new ReplicaId(0x01000004), 5, "two", 9)];
        var snapshot = new SnapshotInfo(new Slot(70), new ConfigurationId(6), members, 4096, new UInt128(0x0102030405060708, 0x1112131415161718));
        byte[] blocks = Encode(
        [
            new LogRecord(new GroupId(1), new ConfigurationWrite(2, new ConfigurationId(5), new ReplicaId(2), members, true)),
            new LogRecord(new GroupId(1), new ConfigurationWrite(3, new ConfigurationId(6), new ReplicaId(2), members[1..], false)),
            new LogRecord(new GroupId(1), new LearnWrite(4, new ConfigurationId(6), [new EntryBatch(new Slot(71), 2, EntryKind.Commands, "learned"u8.ToArray())])),
            new LogRecord(new GroupId(1), new SnapshotWrite(5, new ConfigurationId(6), snapshot)),
        ]);
        AssertGolden("members", blocks);
    }

    /// <summary>What passes the checksums may still be no members: it is refused with a reason, never guessed.</summary>
    [Theory]
    [InlineData(4, 2)]
    [InlineData(5, 255)]
    [InlineData(6, 255)]
    [InlineData(21, 255)]
    public void TryRead_DescriptionThatIsNone_SaysWhy(int at, byte value)
    {
        byte[] description = DescriptionFormat.ToBytes(
            new ConfigurationWrite(2, new ConfigurationId(5), new ReplicaId(2), [new Member(new ReplicaId(2), 3, "one", 7)], true));
        description[at] = value;
        RecordHeader header = new(0, description.Length, RecordKind.Configuration, new GroupId(1), new ConfigurationId(5), 2, Ballot.None, Slot.First, Slot.None, 0);

        Assert.NotNull(DescriptionFormat.TryRead(header, description, out LogWrite? write));
        Assert.Null(write);
        Assert.NotNull(DescriptionFormat.TryRead(header, description.AsSpan(0, 3), out _));
        Assert.NotNull(DescriptionFormat.TryRead(header with { Kind = RecordKind.Snapshot }, description.AsSpan(0, 20), out _));
    }

    [Fact]
    public void Document_KnownContent_HasTheGoldenBytes()
    {
        byte[] file = new byte[DocumentFormat.FileBytes(5)];
        DocumentFormat.Write(file, "identity", "hello"u8);
        AssertGolden("document", file);
    }

    private static LogWrite Make(int kind, long number, ConfigurationId configuration, Ballot ballot, Slot slot, ImmutableArray<EntryBatch> batches, ImmutableArray<Member> members) => kind switch
    {
        0 => new PromiseWrite(number, configuration, ballot),
        1 => new AcceptWrite(number, configuration, ballot, batches),
        2 => new SyncWrite(number, configuration, ballot, slot, batches),
        3 => new ConfigurationWrite(number, configuration, ballot.Owner, members, ballot.Priority % 2 == 0),
        4 => new LearnWrite(number, configuration, batches),
        5 => new SnapshotWrite(number, configuration, new SnapshotInfo(slot, configuration, members, ballot.Number, (UInt128)ballot.Number * 12345)),
        _ => new DecidedWrite(number, configuration, slot),
    };

    /// <summary>Half a surrogate is no text, and no node's name.</summary>
    private static string WellFormed(string text) => new([.. text.Where(one => !char.IsSurrogate(one))]);

    private static byte[] Encode(LogRecord[] records)
    {
        using BatchBuffer buffer = new();
        foreach (LogRecord record in records)
        {
            RecordFormat.Write(record, buffer);
        }

        return buffer.Seal(new BlockHeader(0x1122334455667788, 3, 40, 2, 39, 500, 0, 0, records.Length, 0, BatchKind.Records)).ToArray();
    }

    private static List<LogRecord> Decode(byte[] blocks)
    {
        BatchReader reader = new();
        List<LogRecord> records = [];
        foreach (byte[] block in blocks.Chunk(BlockFormat.BlockBytes))
        {
            Assert.True(BlockFormat.TryReadHeader(block, out BlockHeader header));
            reader.Add(header, block.AsSpan(BlockFormat.HeaderBytes, header.Used));
        }

        Assert.Null(reader.Visit(records.Add));
        return records;
    }

    private static byte[] Payload(byte[] blocks) =>
    [
        .. blocks.Chunk(BlockFormat.BlockBytes).SelectMany(block =>
        {
            Assert.True(BlockFormat.TryReadHeader(block, out BlockHeader header));
            return block.Skip(BlockFormat.HeaderBytes).Take(header.Used);
        }),
    ];

    private static int PayloadBytes(byte[] record)
    {
        Assert.Null(RecordHeader.TryRead(record, out RecordHeader header));
        return header.PayloadBytes;
    }

    /// <summary>Compares with a dump of 16 bytes per line; lines of zeros are left out. A change of the format needs a new version, not a new golden file.</summary>
    private static void AssertGolden(string name, byte[] bytes)
    {
        StringBuilder dump = new();
        for (int at = 0; at < bytes.Length; at += 16)
        {
            ReadOnlySpan<byte> line = bytes.AsSpan(at, 16);
            if (line.ContainsAnyExcept((byte)0))
            {
                dump.Append(CultureInfo.InvariantCulture, $"{at:x6}  {Convert.ToHexStringLower(line)}\n");
            }
        }

        string path = Path.Combine(AppContext.BaseDirectory, "Files", "Golden", name + ".hex");
        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : string.Empty, dump.ToString());
    }
}
