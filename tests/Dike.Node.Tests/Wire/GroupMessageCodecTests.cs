using System.Buffers;
using System.Collections.Immutable;
using CsCheck;
using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Messages;
using Dike.Node.Shards;
using Dike.Node.Wire;
using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Tests.Wire;

/// <summary>The bytes of group messages: golden, read back, and safe against anything else; alone and among messages of consensus in one frame.</summary>
public sealed class GroupMessageCodecTests
{
    private static readonly ImmutableArray<Member> Members = [new(new ReplicaId(9), 2, "node-é", 0xFEDCBA9876543210), new(new ReplicaId(0x01000002), 3, "b", 5)];
    private static readonly Member Newcomer = new(new ReplicaId(192), 0, "c", 0x0102030405060708);
    private static readonly Checkpoint Passed = new(new Slot(0x1122), new UInt128(0x0102030405060708, 0x1112131415161718), null);

    private static readonly ImmutableSortedDictionary<string, GroupMessage> Samples = ImmutableSortedDictionary.CreateRange<string, GroupMessage>(
    [
        new("Invite", new Invite(Newcomer, new ConfigurationId(2), Members)),
        new("HashReport", new HashReport(Passed with { StateHash = new UInt128(0x2122232425262728, 0x3132333435363738) })),
        new("HashReportWithoutState", new HashReport(Passed)),
        new("SnapshotBlockAsked", new SnapshotBlockAsked(new Slot(0x1122), new UInt128(1, 2), 3, 4)),
        new("SnapshotBlocks", new SnapshotBlocks(new Slot(0x1122), new UInt128(1, 2), 3, [new(0x0102030405060708, new byte[] { 9, 8, 7 }), new(5, new byte[] { 1 })])),
        new("SnapshotGone", new SnapshotBlocks(new Slot(0x1122), new UInt128(1, 2), 3, [])),
    ]);

    public static TheoryData<string> Names => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_Sample_GivesTheGoldenBytes(string name) => GoldenFile.Matches($"Wire/{name}.hex", Bytes(Samples[name]));

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_GoldenBytes_GivesTheMessageBack(string name)
    {
        GroupMessage message = Read(GoldenFile.Read($"Wire/{name}.hex"));

        Assert.Equal(Samples[name].Kind, message.Kind);
        Assert.Equal(Bytes(Samples[name]), Bytes(message));
        if (Samples[name] is Invite sample)
        {
            var invite = Assert.IsType<Invite>(message);
            Assert.Equal((sample.Here, sample.Configuration), (invite.Here, invite.Configuration));
            Assert.Equal(sample.Members, invite.Members);
        }
        else if (Samples[name] is not SnapshotBlocks)
        {
            Assert.Equal(Samples[name], message);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_CutOrExtended_Refused(string name)
    {
        byte[] bytes = Bytes(Samples[name]);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidFrameException>(() => Read(bytes[..length]));
        }

        Assert.Throws<InvalidFrameException>(() => Read([.. bytes, 0]));
    }

    /// <summary>Whatever is read is written as the same bytes: no two forms of one message.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_AnyByteChanged_RefusedOrWrittenAsItCame(string name)
    {
        byte[] bytes = Bytes(Samples[name]);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((position, value) =>
        {
            byte[] changed = [.. bytes];
            changed[position] = value;
            try
            {
                Assert.Equal(changed, Bytes(Read(changed)));
            }
            catch (InvalidFrameException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        });
    }

    [Fact]
    public void Invalid_Nonsense_IsRefusedWithTheReason()
    {
        var invite = (Invite)Samples["Invite"];
        Assert.Contains("for nobody", (invite with { Here = Newcomer with { Id = ReplicaId.None } }).Invalid(), StringComparison.Ordinal);
        Assert.Contains("for nobody", (invite with { Here = Newcomer with { Node = "" } }).Invalid(), StringComparison.Ordinal);
        Assert.Contains("no configuration", (invite with { Configuration = default }).Invalid(), StringComparison.Ordinal);
        Assert.NotNull((invite with { Members = [] }).Invalid());
        Assert.NotNull((invite with { Members = [Members[0], Members[0]] }).Invalid());
        Assert.Contains("slot 0", new HashReport(Passed with { Slot = Slot.None }).Invalid(), StringComparison.Ordinal);
        var asked = (SnapshotBlockAsked)Samples["SnapshotBlockAsked"];
        Assert.Contains("slot 0", (asked with { Slot = Slot.None }).Invalid(), StringComparison.Ordinal);
        Assert.Contains("0 blocks", (asked with { Count = 0 }).Invalid(), StringComparison.Ordinal);
        Assert.Contains("65 blocks", (asked with { Count = 65 }).Invalid(), StringComparison.Ordinal);
        Assert.Contains("from -1", (asked with { First = -1 }).Invalid(), StringComparison.Ordinal);
        var blocks = (SnapshotBlocks)Samples["SnapshotBlocks"];
        Assert.Contains("slot 0", (blocks with { Slot = Slot.None }).Invalid(), StringComparison.Ordinal);
        Assert.Contains("empty", (blocks with { Blocks = [new(0, default)] }).Invalid(), StringComparison.Ordinal);
        Assert.All(Samples.Values, sample => Assert.Null(sample.Invalid()));
    }

    [Fact]
    public void Kinds_OfGroupsAndOfConsensus_AreApart() =>
        Assert.All(Enum.GetValues<MessageKind>(), kind => Assert.False(GroupMessageCodec.IsKind((byte)kind), $"{kind}"));

    [Fact]
    public void ReadAll_BothSortsOfMessageInOneFrame_EachAsItWas()
    {
        PeerEnvelope[] sent =
        [
            new(new GroupId(3), new ReplicaId(1), new ReplicaId(192), null, Samples["Invite"]),
            new(new GroupId(3), new ReplicaId(1), new ReplicaId(2), new AskPrepare(ConfigurationId.First, new Ballot(5, 3, new ReplicaId(1)))),
            new(new GroupId(4), new ReplicaId(2), new ReplicaId(1), null, Samples["HashReport"]),
        ];
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.UInt32((uint)sent.Length);
        Array.ForEach(sent, envelope => envelope.Write(writer));

        PeerEnvelope[] read = PeerEnvelope.ReadAll(output.WrittenSpan);

        Assert.Equal(sent.Select(envelope => (envelope.Group, envelope.From, envelope.To)), read.Select(envelope => (envelope.Group, envelope.From, envelope.To)));
        Assert.Equal(Newcomer, Assert.IsType<Invite>(read[0].Own).Here);
        Assert.Equal((sent[1].Message, sent[1].Own), (read[1].Message, read[1].Own));
        Assert.Equal((sent[2].Message, sent[2].Own), (read[2].Message, read[2].Own));
    }

    private static byte[] Bytes(GroupMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        GroupMessageCodec.Write(new WireWriter(output), message);
        return output.WrittenSpan.ToArray();
    }

    private static GroupMessage Read(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        GroupMessage message = GroupMessageCodec.Read(ref reader);
        reader.End();
        return message;
    }
}
