using System.Buffers;
using System.Text;
using CsCheck;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Tests.Wire;

public sealed class FrameCodecPropertyTests
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char['!', '~'], 1, 40];
    private static readonly Gen<string> Text = Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['é', 'ÿ'], Gen.Char['一', '丿']), 0, 60];
    private static readonly Gen<ReadOnlyMemory<byte>> Bytes = Gen.Byte.Array[0, 200].Select(bytes => (ReadOnlyMemory<byte>)bytes);
    private static readonly Gen<Outcome> AnyOutcome = Gen.Int[0, 3].Select(value => (Outcome)value);
    private static readonly Gen<CallStatus> AnyStatus = Gen.Int[1, 13].Select(value => (CallStatus)value);

    private static readonly Gen<Call> Commands = Gen.Select(
        Gen.Long, Gen.Int[0, int.MaxValue], Name, Gen.UInt, Gen.Long[0, long.MaxValue], Gen.ULong[2, ulong.MaxValue], Gen.Select(Name, Bytes),
        (correlation, group, machine, method, start, sequence, rest) => new Call(
            correlation, group, machine, method, false, Consistency.Linearizable, new CommandId(start, 5, sequence), sequence - 1, 1, 1, rest.Item1, rest.Item2));

    private static readonly Gen<Call> Queries = Gen.Select(
        Commands, Gen.Bool, Gen.Int[0, int.MaxValue], (call, stale, bound) => call with
        {
            IsQuery = true,
            CommandId = default,
            AnsweredUpTo = 0,
            Consistency = stale ? Consistency.Stale : Consistency.Linearizable,
            MaxStalenessMs = stale ? bound : 0,
        });

    private static readonly Gen<CallResult> Results = Gen.Select(
        Gen.Long, AnyStatus, AnyOutcome, Gen.Long[0, long.MaxValue], Name, Text, Bytes,
        (correlation, status, outcome, slot, code, message, value) => new CallResult(correlation, status, outcome, slot, code, message, value));

    private static readonly Gen<PartitionRoute> Partitions = Gen.Select(
        Gen.Int[0, int.MaxValue], Name.Array[0, FrameLimits.MaxMembers], Gen.Bool, Name,
        (group, members, hasLeader, leader) => new PartitionRoute(group, [.. members], hasLeader ? leader : null));

    private static readonly Gen<Routes> Tables = Gen.Select(
        Gen.Long, Gen.Long[0, long.MaxValue], Gen.Select(Name, Text).Array[0, 5], Gen.Select(Name, Name, Partitions.Array[1, 6]).Array[0, 4],
        (correlation, version, nodes, rings) => new Routes(correlation, new RoutingTable(
            version,
            [.. nodes.Select(node => new NodeRoute(node.Item1, node.Item2)).DistinctBy(node => node.Name)],
            [.. rings.Select(ring => new RingRoute(ring.Item1, ring.Item2, [.. ring.Item3])).DistinctBy(ring => ring.Name)])));

    private static readonly Gen<ReplicasCompared> Comparisons = Gen.Select(
        Gen.Long, AnyStatus, Text, Gen.Select(Name, Gen.Bool, Gen.Long[0, long.MaxValue]).Array[0, 5],
        (correlation, status, message, checks) => new ReplicasCompared(
            correlation, status, message, [.. checks.Select(check => new ReplicaCheck(check.Item1, check.Item2 ? check.Item3 : null, check.Item2 ? "ab" : null))]));

    private static readonly Gen<Frame> Frames = Gen.OneOf(
        Commands.Select(frame => (Frame)frame),
        Queries.Select(frame => (Frame)frame),
        Results.Select(frame => (Frame)frame),
        Tables.Select(frame => (Frame)frame),
        Comparisons.Select(frame => (Frame)frame),
        Gen.Select(Gen.UShort, Name, Gen.Guid, Name, Gen.ULong, (protocol, cluster, id, node, boot) => (Frame)new Hello(protocol, ConnectionRole.Founding, cluster, id, node, 1, boot)),
        Gen.Select(Gen.Guid, Name, Gen.Int[1024, int.MaxValue], (id, node, max) => (Frame)new Welcome(id, node, 1, 2, 3, max)),
        Name.Select(reason => (Frame)new Refused(reason)),
        Gen.Select(Name, Name, Gen.Int[1, 4096], (name, machine, partitions) => (Frame)new CreateRing(1, name, machine, partitions, 3, 1)),
        Gen.Select(AnyStatus, AnyOutcome, Name, Text, (status, outcome, code, message) => (Frame)new RingCreated(1, status, outcome, code, message)));

    [Fact]
    public void Read_WhatWriteWrote_GivesTheFrameBack() =>
        Frames.Sample(frame => FrameAssert.Same(frame, FrameCodec.Read(frame.Kind, FrameCodecGoldenTests.Encode(frame))));

    [Fact]
    public void Read_FrameCutAtEveryByte_IsInvalid()
    {
        foreach (Frame frame in SampleFrames.All)
        {
            byte[] bytes = FrameCodecGoldenTests.Encode(frame);
            for (int length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(frame.Kind, bytes.AsSpan(0, length)));
            }

            Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(frame.Kind, [.. bytes, 0]));
        }
    }

    [Fact]
    public void Read_RandomBytes_NothingButInvalidFrameExceptionAndLittleMemory() =>
        Gen.Select(Gen.Int[0, 80], Gen.Byte.Array[0, 300]).Sample((kind, body) => ReadBounded((FrameKind)kind, body), iter: 10_000);

    [Fact]
    public void Read_FramesWithChangedBytes_NothingButInvalidFrameExceptionAndLittleMemory() =>
        Gen.Select(Frames, Gen.Select(Gen.Int[0, int.MaxValue], Gen.OneOf(Gen.Byte, Gen.Const((byte)0xFF))).Array[1, 6]).Sample(
            (frame, changes) =>
            {
                byte[] body = FrameCodecGoldenTests.Encode(frame);
                foreach ((int at, byte value) in changes)
                {
                    body[at % body.Length] = value;
                }

                ReadBounded(frame.Kind, body);
            },
            iter: 10_000);

    [Theory]
    [InlineData(FrameLimits.MaxNodes, 2 * sizeof(uint))]
    [InlineData(int.MaxValue, 2 * sizeof(uint))]
    [InlineData(-1, 2 * sizeof(uint))]
    public void Read_RoutesAnnouncingMoreNodesThanThereAre_RefusedBeforeAllocation(int count, int minItemBytes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(buffer);
        writer.Int64(1);
        writer.Int64(1);
        writer.Int32(count);
        writer.Int64(0);
        byte[] body = buffer.WrittenSpan.ToArray();

        InvalidFrameException e = Assert.Throws<InvalidFrameException>(() => FrameCodec.Read(FrameKind.Routes, body));

        Assert.Contains($"{(uint)count} items of at least {minItemBytes} bytes announced, 8 bytes remain", e.Message, StringComparison.Ordinal);
        ReadBounded(FrameKind.Routes, body);
    }

    [Fact]
    public void Shorten_AnyText_FitsAndIsAPrefix() => Gen.Select(Text, Gen.Int[3, 40]).Sample((text, max) =>
    {
        string shortened = FrameLimits.Shorten(text, max);

        Assert.InRange(Encoding.UTF8.GetByteCount(shortened), 0, max);
        Assert.True(shortened == text || (shortened.EndsWith('…') && text.StartsWith(shortened[..^1], StringComparison.Ordinal)));
    });

    [Fact]
    public void Write_MessageOverTheLimit_IsShortenedAndStaysReadable()
    {
        var result = new CallResult(1, CallStatus.Failed, Outcome.Refused, 1, new string('t', 2000), new string('ü', 20_000), default);

        var read = Assert.IsType<CallResult>(FrameCodec.Read(FrameKind.CallResult, FrameCodecGoldenTests.Encode(result)));

        Assert.Equal((FrameLimits.MaxCodeBytes, FrameLimits.MaxMessageBytes - 1), (Encoding.UTF8.GetByteCount(read.Code), Encoding.UTF8.GetByteCount(read.Message)));
    }

    // What a body may cost is a small multiple of its own length, whatever it announces: 64 bytes of objects per byte are generous.
    private static void ReadBounded(FrameKind kind, byte[] body)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            FrameCodec.Read(kind, body);
        }
        catch (InvalidFrameException e)
        {
            Assert.NotEmpty(e.Message);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32_000 + (64L * body.Length));
    }
}
