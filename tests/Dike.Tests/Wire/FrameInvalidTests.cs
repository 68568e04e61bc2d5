using System.Buffers.Binary;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Tests.Wire;

/// <summary>One line per check of a frame: the smallest change that makes a good frame nonsense, and the reason it is given.</summary>
public sealed class FrameInvalidTests
{
    private static readonly Call Command = (Call)SampleFrames.Of(FrameKind.Call);
    private static readonly CallResult Result = (CallResult)SampleFrames.Of(FrameKind.CallResult);
    private static readonly Hello Greeting = (Hello)SampleFrames.Of(FrameKind.Hello);
    private static readonly Welcome Answer = (Welcome)SampleFrames.Of(FrameKind.Welcome);
    private static readonly CreateRing Creation = (CreateRing)SampleFrames.Of(FrameKind.CreateRing);
    private static readonly Routes Table = (Routes)SampleFrames.Of(FrameKind.Routes);

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Wrong.Length)];

    private static (Frame Frame, string Reason)[] Wrong { get; } =
    [
        (Greeting with { Role = 0 }, "role 0 is unknown"),
        (Greeting with { ClusterName = "" }, "cluster name is empty"),
        (Greeting with { NodeName = "a\nb" }, "control character"),
        (Answer with { Time = -1 }, "-1 is not a time"),
        (Answer with { MaxFrameBytes = 100 }, "frame limit 100"),
        (Answer with { NodeName = "" }, "node name is empty"),
        (new Refused(""), "reason is empty"),
        (Command with { Group = -1 }, "group -1"),
        (Command with { Consistency = (Consistency)2 }, "consistency 2"),
        (Command with { Attempt = 0 }, "attempt 0"),
        (Command with { TimeoutMs = 0 }, "timeout 0 ms"),
        (Command with { Machine = "" }, "machine name is empty"),
        (Command with { Key = "" }, "must not be empty"),
        (Command with { CommandId = default }, "no sequence number"),
        (Command with { AnsweredUpTo = 12 }, "claims to be answered already"),
        (Command with { IsQuery = true }, "a query has a sequence number"),
        (Command with { MaxStalenessMs = -1 }, "bound of -1 ms"),
        (Command with { MaxStalenessMs = 5, Consistency = Consistency.Stale }, "belongs to stale queries only"),
        (Command with { MaxStalenessMs = 5, IsQuery = true, CommandId = default, AnsweredUpTo = 0 }, "belongs to stale queries only"),
        (Result with { Status = 0 }, "status 0 is unknown"),
        (Result with { Status = (CallStatus)14 }, "status 14 is unknown"),
        (Result with { Outcome = (Outcome)4 }, "outcome 4 is unknown"),
        (Result with { Slot = -1 }, "slot -1"),
        (Result with { Code = "" }, "has no code"),
        (new Routes(1, new RoutingTable(-1, [], [])), "version -1"),
        (Table with { Table = Table.Table with { Nodes = [new NodeRoute("", "a:1")] } }, "node name is empty"),
        (Table with { Table = Table.Table with { Nodes = [new NodeRoute("a", "a:1"), new NodeRoute("a", "b:1")] } }, "the node a comes twice"),
        (Table with { Table = Table.Table with { Rings = [Table.Table.Rings[0], Table.Table.Rings[0]] } }, "the ring r comes twice"),
        (Table with { Table = Table.Table with { Rings = [new RingRoute("r", "m", [])] } }, "no partitions"),
        (Table with { Table = Table.Table with { Rings = [new RingRoute("r", "m", [new PartitionRoute(-2, [], null)])] } }, "group -2"),
        (Table with { Table = Table.Table with { Rings = [new RingRoute("r", "m", [new PartitionRoute(2, [""], null)])] } }, "member's name is empty"),
        (Creation with { Partitions = 0 }, "0 partitions"),
        (Creation with { Partitions = 4097 }, "4097 partitions"),
        (Creation with { Replicas = 2 }, "2 replicas"),
        (Creation with { Name = "" }, "ring name is empty"),
        (new RingCreated(1, CallStatus.Rejected, Outcome.Refused, "", ""), "no code"),
        (new CompareReplicas(1, -1, 1), "group -1"),
        (new CompareReplicas(1, 1, 0), "timeout 0 ms"),
        (new ReplicasCompared(1, CallStatus.Done, "", [new ReplicaCheck("a", -1, "00")]), "slot -1"),
        (new ReplicasCompared(1, CallStatus.Done, "", [new ReplicaCheck("a", 1, "")]), "state hash is empty"),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_FrameWithOneWrongField_IsRefusedWithItsReason(int number)
    {
        (Frame frame, string reason) = Wrong[number];

        InvalidFrameException e = Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(frame.Kind, FrameCodecGoldenTests.Encode(frame)));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains(frame.Kind.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KeyOver512Bytes_IsRefused() =>
        Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(FrameKind.Call, FrameCodecGoldenTests.Encode(Command with { Key = new string('k', 513) })));

    [Fact]
    public void Read_TextOverTheLimitOfItsField_IsRefused()
    {
        // Written by hand: Refused.Write would shorten the text.
        byte[] body = new byte[sizeof(uint) + FrameLimits.MaxMessageBytes + 1];
        body.AsSpan(sizeof(uint)).Fill((byte)'x');
        BinaryPrimitives.WriteInt32LittleEndian(body, FrameLimits.MaxMessageBytes + 1);

        InvalidFrameException e = Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(FrameKind.Refused, body));

        Assert.Contains("8193 bytes announced, at most 8192 are allowed here", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidFrameException>(
            () => FrameCodec.Read(FrameKind.Call, FrameCodecGoldenTests.Encode(Command with { Machine = new string('m', FrameLimits.MaxNameBytes + 1) })));
    }

    [Fact]
    public void Read_MoreMembersThanAGroupHas_IsRefused()
    {
        var partition = new PartitionRoute(1, [.. Enumerable.Range(0, FrameLimits.MaxMembers + 1).Select(number => $"node-{number}")], null);
        Routes table = Table with { Table = Table.Table with { Rings = [new RingRoute("r", "m", [partition])] } };

        InvalidFrameException e = Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(FrameKind.Routes, FrameCodecGoldenTests.Encode(table)));

        Assert.Contains("17 items announced, at most 16", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TextThatIsNotUtf8_IsRefused() =>
        Assert.Contains("not UTF-8", Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(FrameKind.Refused, [1, 0, 0, 0, 0xFF])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(FrameKind.PeerMessages, "between nodes only")]
    [InlineData((FrameKind)12, "unknown")]
    [InlineData((FrameKind)70, "unknown")]
    [InlineData((FrameKind)0, "unknown")]
    public void Read_KindOfOthers_IsRefused(object kind, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidFrameException>(() => FrameCodec.Read((FrameKind)kind, [])).Message, StringComparison.Ordinal);
}
