using System.Buffers;
using Dike.Node.Founding;
using Dike.Node.Identity;
using Dike.Node.Liveness;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Tests.Wire;

/// <summary>The bytes of every frame between nodes, header included, for good: a change here is a change of the protocol.</summary>
public sealed class PeerFramesTests
{
    private static readonly ClusterMembership Membership = new(
        new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        "orders",
        [
            new FoundingMember("dike-0", 0x0102030405060708, new ReplicaId(1)),
            new FoundingMember("dike-1", 9, new ReplicaId(2)),
            new FoundingMember("dike-2", 10, new ReplicaId(3)),
        ]);

    private static readonly Heartbeat BeatWithGroups = new(3, 0x0A0B, 0b101, new GroupReport([0, 7], [4]));

    private static readonly FoundingAnswer Answer = new("dike-0", 0x0102030405060708, "orders", ["127.0.0.1:7400", "127.0.0.1:7401"], Membership);

    private static readonly StateCheckQuestion Question = new(17, 0x1122334455667788);

    private static readonly StateCheckAnswer Checked = new(17, 0x1122334455667788, 1007, "0123456789abcdef");

    private static readonly PeerEnvelope[] Envelopes =
    [
        new(new GroupId(17), new ReplicaId(1), new ReplicaId(2), new ConfirmRead(new ConfigurationId(1), new Ballot(5, 2, new ReplicaId(1)), 6)),
        new(new GroupId(18), new ReplicaId(3), new ReplicaId(2), new AskPrepare(new ConfigurationId(1), new Ballot(4, 1, new ReplicaId(3)))),
    ];

    public static TheoryData<string> Kinds => [.. Enum.GetValues<FrameKind>().Where(kind => kind >= FrameKind.PeerMessages).Select(kind => kind.ToString())];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_EveryKindBetweenNodes_GivesTheGoldenBytes(string kind)
    {
        var frameKind = Enum.Parse<FrameKind>(kind);
        byte[] body = Body(frameKind);
        byte[] frame = new byte[FrameHeader.Size + body.Length];
        new FrameHeader(body.Length, frameKind).Write(frame.AsSpan(0, FrameHeader.Size));
        body.CopyTo(frame.AsSpan(FrameHeader.Size));

        GoldenFile.Matches($"Wire/{kind}.hex", frame);
    }

    [Fact]
    public void Read_GoldenBodies_GiveTheSamplesBack()
    {
        Assert.Equal(Envelopes, PeerEnvelope.ReadAll(GoldenBody(FrameKind.PeerMessages)));
        Assert.Equal(Question, StateCheckQuestion.Read(GoldenBody(FrameKind.ReadStateCheck)));
        Assert.Equal(Checked, StateCheckAnswer.Read(GoldenBody(FrameKind.StateCheck)));
        Assert.Equal(GoldenBody(FrameKind.Heartbeat), Written(Heartbeat.Read(GoldenBody(FrameKind.Heartbeat)).Write));
        Assert.Equal(GoldenBody(FrameKind.FoundingAnswer), Written(FoundingAnswer.Read(GoldenBody(FrameKind.FoundingAnswer)).Write));
    }

    private static byte[] Body(FrameKind kind) => kind switch
    {
        FrameKind.PeerMessages => Gathered(),
        FrameKind.Heartbeat => Written(BeatWithGroups.Write),
        FrameKind.FoundingProbe => [],
        FrameKind.FoundingAnswer => Written(Answer.Write),
        FrameKind.ReadStateCheck => Written(Question.Write),
        FrameKind.StateCheck => Written(Checked.Write),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A new kind between nodes needs a sample here."),
    };

    private static byte[] GoldenBody(FrameKind kind) => GoldenFile.Read($"Wire/{kind}.hex")[FrameHeader.Size..];

    private static byte[] Written(Action<WireWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The frame as a turn of the shard sends it.</summary>
    private static byte[] Gathered()
    {
        var link = new RecordingLink();
        var outbox = new PeerOutbox(targetFrameBytes: 1 << 20) { Link = link };
        foreach (PeerEnvelope envelope in Envelopes)
        {
            outbox.Add(envelope);
        }

        outbox.Flush();
        Assert.Equal(FrameKind.PeerMessages, link.Kind);
        return link.Body;
    }

    private sealed class RecordingLink : IPeerLink
    {
        public FrameKind Kind { get; private set; }

        public byte[] Body { get; private set; } = [];

        public bool Send(FrameKind kind, Action<WireWriter> writeBody)
        {
            Kind = kind;
            Body = Written(writeBody);
            return true;
        }

        public void Abort(string reason) => Assert.Fail(reason);
    }
}
