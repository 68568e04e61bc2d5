using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dike.Node.Tests.Running;
using Dike.Wire;

namespace Dike.Node.Tests.Network;

/// <summary>Each kind of bad connection: it is closed, one line of the log says why, and the node answers a command afterwards.</summary>
public sealed class HostileConnectionTests
{
    private const int HostileLine = 2301;
    private const int RefusedLine = 2302;
    private const int EndedLine = 2303;

    private static readonly Guid OtherCluster = new("00000000-0000-4000-8000-000000000001");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task OnFrame_RandomGarbage_ClosedLoggedOnceAndTheNodeGoesOn(int seed)
    {
        await using TestCluster cluster = await StartAsync();
        var random = new Random(seed);
        for (int attempt = 0; attempt < 16; attempt++)
        {
            byte[] garbage = new byte[random.Next(1, 4096)];
            random.NextBytes(garbage);

            // Bytes that look like the start of a long frame are hostile only once no more come, so the end is part of every attempt.
            (_, LogLine[] lines) = await AttackAsync(cluster, garbage);

            Assert.Contains(Assert.Single(lines).EventId, new[] { HostileLine, EndedLine });
        }

        Assert.Equal(1, await cluster.Client.Tally("k").AddAsync(1));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public async Task OnFrame_ConnectionEndsInsideAFrame_ClosedLoggedOnceAndTheNodeGoesOn(int sentBytes)
    {
        await using TestCluster cluster = await StartAsync();

        (byte[] answer, LogLine[] lines) = await AttackAsync(cluster, Frame(FrameKind.Hello, new byte[40])[..sentBytes]);

        Assert.Empty(answer);
        LogLine line = Assert.Single(lines);
        Assert.Equal(EndedLine, line.EventId);
        Assert.Contains("in the middle of a frame", line.Text, StringComparison.Ordinal);
        Assert.Equal(1, await cluster.Client.Tally("k").AddAsync(1));
    }

    [Fact]
    public async Task OnFrame_Oversized_ClosedLoggedOnceWithTheLengthAndTheNodeGoesOn()
    {
        await using TestCluster cluster = await StartAsync();
        byte[] header = new byte[FrameHeader.Size];
        new FrameHeader(int.MaxValue, FrameKind.Hello).Write(header);

        (byte[] answer, LogLine[] lines) = await AttackAsync(cluster, header);

        Assert.Empty(answer);
        LogLine line = Assert.Single(lines);
        Assert.Equal(HostileLine, line.EventId);
        Assert.Contains("a frame of 2147483655 bytes was announced", line.Text, StringComparison.Ordinal);
        Assert.Equal(1, await cluster.Client.Tally("k").AddAsync(1));
    }

    [Theory]
    [InlineData("protocol", "protocol 2 is not spoken here")]
    [InlineData("cluster name", "belongs to cluster 'dike', not to 'other'")]
    [InlineData("cluster id", "not to 00000000-0000-4000-8000-000000000001")]
    public async Task OnFrame_ForeignHello_RefusedAndClosedWithTheReasonLoggedOnceAndTheNodeGoesOn(string difference, string reason)
    {
        await using TestCluster cluster = await StartAsync();
        var hello = new Hello(
            difference == "protocol" ? (ushort)(Hello.CurrentProtocol + 1) : Hello.CurrentProtocol,
            ConnectionRole.Peer,
            difference == "cluster name" ? "other" : "dike",
            OtherCluster,
            "stranger",
            77,
            1);
        var body = new ArrayBufferWriter<byte>();
        hello.Write(new WireWriter(body));

        (byte[] answer, LogLine[] lines) = await AttackAsync(cluster, Frame(FrameKind.Hello, body.WrittenSpan.ToArray()), isEndedFirst: false);

        Assert.Equal((ushort)FrameKind.Refused, BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(4)));
        Assert.Contains(reason, cluster.Logs[0].Single(RefusedLine).Text, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Single(lines).Text, StringComparison.Ordinal);
        Assert.Equal(0, cluster.Logs[0].Count(HostileLine));
        Assert.Equal(1, await cluster.Client.Tally("k").AddAsync(1));
    }

    private static async Task<TestCluster> StartAsync()
    {
        TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 1);
        return cluster;
    }

    /// <summary>Sends bytes, says that no more come (before or after the node closes), and waits until the node has closed the connection and logged it.</summary>
    /// <returns>What the node answered, and its lines about the end of this connection.</returns>
    private static async Task<(byte[] Answer, LogLine[] Lines)> AttackAsync(TestCluster cluster, byte[] bytes, bool isEndedFirst = true)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(cluster.Addresses[0]));
        string remote = string.Create(CultureInfo.InvariantCulture, $":{((IPEndPoint)socket.LocalEndPoint!).Port}");
        byte[] answer = await ExchangeAsync(socket, bytes, isEndedFirst);
        socket.Dispose();
        await Eventually.TrueAsync(() => LinesAbout(cluster, remote).Length > 0, "the line about the connection");
        return (answer, LinesAbout(cluster, remote));
    }

    private static LogLine[] LinesAbout(TestCluster cluster, string remote) =>
        [.. cluster.Logs[0].Lines.Where(line => line.EventId is HostileLine or EndedLine && line.Text.Contains(remote, StringComparison.Ordinal))];

    private static async Task<byte[]> ExchangeAsync(Socket socket, byte[] bytes, bool isEndedFirst)
    {
        using var bound = new CancellationTokenSource(TestCluster.Bound);
        var received = new ArrayBufferWriter<byte>();
        try
        {
            await socket.SendAsync(bytes, bound.Token);
            if (isEndedFirst)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            while (await socket.ReceiveAsync(received.GetMemory(4096), bound.Token) is > 0 and int count)
            {
                received.Advance(count);
            }
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected or SocketError.Shutdown)
        {
            // Closed by the node while bytes of ours were under way: closed is what the caller waits for.
        }

        return received.WrittenSpan.ToArray();
    }

    private static byte[] Frame(FrameKind kind, byte[] body)
    {
        byte[] frame = new byte[FrameHeader.Size + body.Length];
        new FrameHeader(body.Length, kind).Write(frame.AsSpan(0, FrameHeader.Size));
        body.CopyTo(frame, FrameHeader.Size);
        return frame;
    }
}
