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

    private static readonly Gen<LogWrite> Write = Gen.Select(
        Gen.Long[1, long.MaxValue], Gen.UInt, AnyBallot, Gen.Long[0, long.MaxValue / 2], Batch.Array[0, 5], Gen.Int[0, 3],
        (number, configuration, ballot, slot, batches, kind) => Make(kind, number, new ConfigurationId(configuration), ballot, new Slot(slot), [.. batches]));

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
    public void Document_KnownContent_HasTheGoldenBytes()
    {
        byte[] file = new byte[DocumentFormat.FileBytes(5)];
        DocumentFormat.Write(file, "identity", "hello"u8);
        AssertGolden("document", file);
    }

    private static LogWrite Make(int kind, long number, ConfigurationId configuration, Ballot ballot, Slot slot, ImmutableArray<EntryBatch> batches) => kind switch
    {
        0 => new PromiseWrite(number, configuration, ballot),
        1 => new AcceptWrite(number, configuration, ballot, batches),
        2 => new SyncWrite(number, configuration, ballot, slot, batches),
        _ => new DecidedWrite(number, configuration, slot),
    };

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
