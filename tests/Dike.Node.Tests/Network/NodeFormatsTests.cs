using System.Buffers;
using CsCheck;
using Dike.Node.Founding;
using Dike.Node.Identity;
using Dike.Node.Liveness;
using Dike.Node.Shards;
using Dike.Node.Tests.Wire;
using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Tests.Network;

/// <summary>The bytes of what travels between nodes and of what a node keeps about itself: golden, read back, and safe against anything else.</summary>
public sealed class NodeFormatsTests
{
    private static readonly ClusterMembership Cluster = new(
        new Guid("01020304-0506-4708-890a-0b0c0d0e0f10"), "orders", [new("a", 0x11, new ReplicaId(1)), new("b", 0x22, new ReplicaId(2)), new("c", 0x33, new ReplicaId(3))]);

    private static readonly FoundingAnswer Answer = new("b", 0x22, "orders", ["a:1", "b:1", "c:1"], Cluster);
    private static readonly Heartbeat Lists = new()
    {
        Boot = 3,
        Counter = 9,
        ReceiverBoot = 5,
        Heard = 0b111,
        Connected = 0b101,
        UtcTicks = 0x0102_0304_0506_0708,
        IsStalled = true,
        ListsSeen = 6,
        Groups = new GroupReport([0, 7], [4]),
        Build = new BuildReport([new MachineBuild("Arithmetic", 1, 3), new MachineBuild("dike.directory", 1, 1)]),
    };

    private static readonly PeerEnvelope Envelope = new(new GroupId(7), new ReplicaId(1), new ReplicaId(2), new Prepare(ConfigurationId.First, new Ballot(5, 3, new ReplicaId(1)), 9));

    public static TheoryData<string> Names => ["Heartbeat", "HeartbeatIdle", "FoundingAnswer", "PeerMessages", "ReadStateCheck", "StateCheck", "Identity"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_EachForm_GivesTheGoldenBytes(string name) => GoldenFile.Matches($"Network/Golden/{name}.hex", BytesOf(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_GoldenBytes_WritesTheSameAgain(string name)
    {
        byte[] golden = GoldenFile.Read($"Network/Golden/{name}.hex");

        Assert.Equal(golden, Again(name, golden));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_CutOrExtended_RefusedAndNothingElse(string name)
    {
        byte[] golden = GoldenFile.Read($"Network/Golden/{name}.hex");
        for (int length = 0; length < golden.Length; length++)
        {
            Assert.Throws<InvalidFrameException>(() => Again(name, golden[..length]));
        }

        Assert.Throws<InvalidFrameException>(() => Again(name, [.. golden, 0]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_AnyByteChanged_ReadOrRefusedAndNothingElse(string name)
    {
        byte[] golden = GoldenFile.Read($"Network/Golden/{name}.hex");
        Gen.Select(Gen.Int[0, golden.Length - 1], Gen.Byte).Sample((position, value) =>
        {
            byte[] changed = [.. golden];
            changed[position] = value;
            try
            {
                Again(name, changed);
            }
            catch (InvalidFrameException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        });
    }

    private static byte[] BytesOf(string name) => name switch
    {
        "Heartbeat" => Bytes(Lists.Write),
        "HeartbeatIdle" => Bytes((Lists with { Groups = null, Build = null, IsStalled = false }).Write),
        "FoundingAnswer" => Bytes(Answer.Write),
        "PeerMessages" => Bytes(writer =>
        {
            writer.UInt32(1);
            Envelope.Write(writer);
        }),
        "ReadStateCheck" => Bytes(new StateCheckQuestion(7, 0x1234).Write),
        "StateCheck" => Bytes(new StateCheckAnswer(7, 0x1234, 42, "00ff").Write),
        "Identity" => Bytes(new NodeIdentity("b", 0x22, 4).Write),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a form of this test"),
    };

    private static byte[] Again(string name, byte[] bytes) => name switch
    {
        "Heartbeat" or "HeartbeatIdle" => Bytes(Heartbeat.Read(bytes).Write),
        "FoundingAnswer" => Bytes(FoundingAnswer.Read(bytes).Write),
        "PeerMessages" => Bytes(writer =>
        {
            PeerEnvelope[] envelopes = PeerEnvelope.ReadAll(bytes);
            writer.UInt32((uint)envelopes.Length);
            Array.ForEach(envelopes, envelope => envelope.Write(writer));
        }),
        "ReadStateCheck" => Bytes(StateCheckQuestion.Read(bytes).Write),
        "StateCheck" => Bytes(StateCheckAnswer.Read(bytes).Write),
        "Identity" => Bytes(NodeIdentity.Read(bytes).Write),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a form of this test"),
    };

    private static byte[] Bytes(Action<WireWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }
}
