using System.Buffers;
using System.Collections.Immutable;
using CsCheck;
using Dike.Node.Wire;
using Dike.Paxos;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Tests.Wire;

public sealed class PaxosCodecTests
{
    private static readonly ConfigurationId Configuration = new(0x01020304);
    private static readonly Ballot Low = new(5, 2, new ReplicaId(9));
    private static readonly Ballot High = new(0x1122334455, 0xABCD, new ReplicaId(0x01000002));

    private static readonly ImmutableArray<EntryBatch> Batches =
    [
        new(new Slot(11), 2, EntryKind.Commands, new byte[] { 1, 2, 3 }),
        new(new Slot(13), 1, EntryKind.EpochStart, default),
    ];

    private static readonly ImmutableArray<Member> Members = [new(new ReplicaId(9), 2, "node-\u00e9", 0xFEDCBA9876543210), new(new ReplicaId(0x01000002), 3, "b", 5)];

    private static readonly EntryBatch StopSignBatch = new(new Slot(14), 1, EntryKind.StopSign, new StopSign(new ConfigurationId(0x01020305), Members).ToPayload());

    private static readonly SnapshotInfo Snapshot = new(new Slot(9), new ConfigurationId(7), Members, 0x1020, new UInt128(0x0102030405060708, 0x1112131415161718));

    private static readonly ImmutableArray<PeerMessage> Samples =
    [
        new Prepare(Configuration, High, 77),
        new Promise(Configuration, High, 77, Low, new Slot(12), new Slot(10)),
        new PullLog(Configuration, High, 77, new Slot(10)),
        new LogChunk(Configuration, High, 77, new Slot(10), Batches, new Slot(20)),
        new AcceptSync(Configuration, High, 77, 3, new Slot(8), new Slot(10), Batches, new Slot(9)),
        new Accept(Configuration, High, 3, 4, Batches, new Slot(12)),
        new Accepted(Configuration, High, 3, new Slot(13), new Slot(12)),
        new Decide(Configuration, High, 3, 5, new Slot(13)),
        new Refuse(Configuration, Low, High),
        new AskPrepare(Configuration, High),
        new ConfirmRead(Configuration, High, 6, true),
        new ReadConfirmed(Configuration, High, 6, true),
        new Probe(Configuration, 77, High),
        new ProbeAnswer(Configuration, 77, High, Low, new Slot(12), High, true),
        new HandOver(Configuration, High, new ReplicaId(0x01000003), 8),
        new AskDecided(Configuration, High, 3, 7),
        new DecidedIs(Configuration, High, 3, 7, new Slot(12)),
        new Learn(Configuration, new Slot(10), 0x1122334455667788),
        new LearnChunk(Configuration, new Slot(10), [.. Batches, StopSignBatch], new Slot(15), new ReplicaId(0x01000003)),
        new OfferSnapshot(Configuration, High, 77, Snapshot),
        new Superseded(Configuration, new ConfigurationId(0x01020303)),
    ];

    public static TheoryData<string> Kinds => [.. Enum.GetNames<MessageKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_EveryKind_GivesTheGoldenBytes(string kind) => GoldenFile.Matches($"Wire/{kind}.hex", Bytes(Sample(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_GoldenBytes_GivesTheMessageBack(string kind)
    {
        PeerMessage message = Read(GoldenFile.Read($"Wire/{kind}.hex"));

        Assert.Equal(Describe(Sample(kind)), Describe(message));
        Assert.Equal(Bytes(Sample(kind)), Bytes(message));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_AnyTruncation_IsRefused(string kind)
    {
        byte[] bytes = Bytes(Sample(kind));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidFrameException>(() => Read(bytes[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_AnyFlippedBit_IsReadOrRefusedButNothingElse(string kind)
    {
        byte[] bytes = Bytes(Sample(kind));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] damaged = [.. bytes];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            ReadsOrRefuses(damaged);
        }
    }

    [Fact]
    public void Read_Garbage_IsReadOrRefusedButNothingElse() => Gen.Byte.Array[0, 200].Sample(ReadsOrRefuses, iter: 20_000);

    [Fact]
    public void Read_GarbageBehindAKnownKind_IsReadOrRefusedButNothingElse() =>
        Gen.Select(Gen.Byte[1, 21], Gen.Byte.Array[0, 200]).Sample((kind, rest) => ReadsOrRefuses([kind, .. rest]), iter: 20_000);

    [Theory]
    [InlineData(0)]
    [InlineData(22)]
    [InlineData(255)]
    public void Read_UnknownKind_IsRefused(byte kind) =>
        Assert.Contains("unknown kind", Assert.Throws<InvalidFrameException>(() => Read([kind, 1, 0, 0, 0])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1)]
    [InlineData(PaxosCodec.MaxSlot + 1)]
    [InlineData(long.MaxValue)]
    public void Read_SlotOutsideItsRange_IsRefused(long slot)
    {
        byte[] bytes = Bytes(new PullLog(Configuration, High, 77, Slot.None));
        BitConverter.GetBytes(slot).CopyTo(bytes, bytes.Length - sizeof(long));

        Assert.Contains("outside", Assert.Throws<InvalidFrameException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, EntryKind.Commands, 1)]
    [InlineData(-1, EntryKind.Commands, 1)]
    [InlineData(PaxosCodec.MaxBatchSlots + 1, EntryKind.Commands, 1)]
    [InlineData(1, EntryKind.Commands, 0)]
    [InlineData(2, EntryKind.EpochStart, 0)]
    [InlineData(1, EntryKind.EpochStart, 1)]
    [InlineData(1, (EntryKind)9, 1)]
    [InlineData(1, EntryKind.StopSign, 0)]
    [InlineData(1, EntryKind.StopSign, 1)]
    [InlineData(2, EntryKind.StopSign, 30)]
    public void Read_ImpossibleBatch_IsRefused(int count, EntryKind kind, int payloadBytes) =>
        Assert.Throws<InvalidFrameException>(() => Read(Bytes(
            new Accept(Configuration, High, 1, 1, [new EntryBatch(Slot.First, count, kind, new byte[payloadBytes])], Slot.None))));

    [Fact]
    public void Read_MoreBatchesAnnouncedThanBytesRemain_IsRefusedBeforeAllocating()
    {
        byte[] bytes = Bytes(new Accept(Configuration, High, 1, 1, [], Slot.None));
        BitConverter.GetBytes(uint.MaxValue).CopyTo(bytes, bytes.Length - sizeof(long) - sizeof(uint));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidFrameException>(() => Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Read_MessageThatContradictsItself_IsRefusedWithItsReason()
    {
        byte[] bytes = Bytes(new Accepted(Configuration, High, 1, new Slot(5), new Slot(6)));

        Assert.StartsWith("Accepted: ", Assert.Throws<InvalidFrameException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    private static PeerMessage Sample(string kind) => Samples.Single(message => message.Kind.ToString() == kind);

    private static byte[] Bytes(PeerMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        PaxosCodec.Write(new WireWriter(output), message);
        return output.WrittenSpan.ToArray();
    }

    private static PeerMessage Read(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        PeerMessage message = PaxosCodec.Read(ref reader);
        reader.End();
        return message;
    }

    private static void ReadsOrRefuses(byte[] bytes)
    {
        Exception? thrown = Record.Exception(() => Read(bytes));
        Assert.True(thrown is null or InvalidFrameException, thrown?.ToString());
    }

    // Batches in an array compare by reference, so a message is compared by its text and, beside that, by its bytes.
    private static string Describe(PeerMessage message) => message switch
    {
        LearnChunk chunk => $"{chunk with { Batches = [] }} {string.Join(' ', chunk.Batches)}",
        LogChunk chunk => $"{chunk with { Batches = [] }} {string.Join(' ', chunk.Batches)}",
        AcceptSync sync => $"{sync with { Batches = [] }} {string.Join(' ', sync.Batches)}",
        Accept accept => $"{accept with { Batches = [] }} {string.Join(' ', accept.Batches)}",
        _ => message.ToString(),
    };
}
