using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Dike.Node.Liveness;
using Dike.Wire;

namespace Dike.Node.Tests.Running;

/// <summary>What a node does with bytes that no correct client or node sends: closes the connection, says why once, and goes on.</summary>
public sealed class HostileTests
{
    public static TheoryData<string> Attacks => ["garbage", "oversized", "unknown kind", "no hello", "call before hello", "truncated hello", "peer frame from a client", "hello twice"];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task OnFrame_Hostile_ClosedLoggedOnceAndTheNodeGoesOn(string attack)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 1);

        using Socket socket = await ConnectAsync(cluster.Addresses[0]);
        foreach (byte[] bytes in BytesOf(attack))
        {
            await socket.SendAsync(bytes);
        }

        await ReadToEndAsync(socket);
        await Eventually.TrueAsync(() => cluster.Logs[0].Count(2301) == 1, "the line about the connection");
        Assert.Equal(1, await cluster.Client.Tally("k").AddAsync(1));
        Assert.Equal(1, cluster.Logs[0].Count(2301));
    }

    [Fact]
    public async Task OnFrame_ForeignPeer_RefusedWithAReasonLoggedOnce()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            using Socket socket = await ConnectAsync(cluster.Addresses[0]);
            await socket.SendAsync(HelloOf(ConnectionRole.Peer, "dike", Foreign));

            byte[] answer = await ReadToEndAsync(socket);

            Assert.Equal((ushort)FrameKind.Refused, BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(4)));
        }

        Assert.Equal(1, cluster.Logs[0].Count(2302));
    }

    /// <summary>The Welcome tells everybody the node's name, incarnation and cluster: whoever repeats them is not let in as the node itself.</summary>
    [Fact]
    public async Task OnFrame_HelloAsTheNodeItselfThenAHeartbeat_ClosedAndTheNodeGoesOn()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 1);
        Welcome self;
        using (Socket client = await ConnectAsync(cluster.Addresses[0]))
        {
            await client.SendAsync(HelloOf(ConnectionRole.Client, "dike", Guid.Empty));
            byte[] header = await ReadAsync(client, FrameHeader.Size);
            self = (Welcome)FrameCodec.Read(FrameKind.Welcome, await ReadAsync(client, FrameHeader.Read(header, FrameHeader.MaxMaxFrameBytes).BodyBytes));
        }

        using Socket socket = await ConnectAsync(cluster.Addresses[0]);
        var hello = new Hello(Hello.CurrentProtocol, ConnectionRole.Peer, "dike", self.ClusterId, self.NodeName, self.Incarnation, self.Boot + 7);
        await socket.SendAsync(FrameOf(FrameKind.Hello, hello.Write));
        await socket.SendAsync(FrameOf(FrameKind.Heartbeat, new Heartbeat { Boot = self.Boot, Counter = 1, Heard = 1, Connected = 1 }.Write));

        await ReadToEndAsync(socket);
        Assert.Equal(1, await cluster.Client.Tally("k").AddAsync(1));
        Assert.False(cluster.Nodes[0]!.Completion.IsCompleted);
    }

    private static Guid Foreign { get; } = new("00000000-0000-4000-8000-000000000001");

    private static IEnumerable<byte[]> BytesOf(string attack) => attack switch
    {
        "garbage" => ["GET / HTTP/1.1\r\nHost: dike\r\n\r\n"u8.ToArray()],
        "oversized" => [Header(int.MaxValue, FrameKind.Hello)],
        "unknown kind" => [Frame((FrameKind)60, [])],
        "no hello" => [Frame(FrameKind.GetRoutes, new byte[8])],
        "call before hello" => [Frame(FrameKind.Call, new byte[100])],
        "truncated hello" => [Frame(FrameKind.Hello, new byte[5])],
        "peer frame from a client" => [HelloOf(ConnectionRole.Client, "dike", Guid.Empty), Frame(FrameKind.PeerMessages, new byte[4])],
        "hello twice" => [HelloOf(ConnectionRole.Client, "dike", Guid.Empty), HelloOf(ConnectionRole.Client, "dike", Guid.Empty)],
        _ => throw new ArgumentOutOfRangeException(nameof(attack), attack, "not an attack of this test"),
    };

    private static byte[] HelloOf(ConnectionRole role, string cluster, Guid id) =>
        FrameOf(FrameKind.Hello, new Hello(Hello.CurrentProtocol, role, cluster, id, role == ConnectionRole.Client ? "" : "stranger", 77, 1).Write);

    private static byte[] FrameOf(FrameKind kind, Action<WireWriter> writeBody)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        writeBody(new WireWriter(output));
        return Frame(kind, output.WrittenSpan.ToArray());
    }

    private static byte[] Frame(FrameKind kind, byte[] body) => [.. Header(body.Length, kind), .. body];

    private static byte[] Header(int bodyBytes, FrameKind kind)
    {
        byte[] header = new byte[FrameHeader.Size];
        new FrameHeader(bodyBytes, kind).Write(header);
        return header;
    }

    private static async Task<Socket> ConnectAsync(string address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(address));
        return socket;
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int bytes)
    {
        using var bound = new CancellationTokenSource(TestCluster.Bound);
        byte[] read = new byte[bytes];
        using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.ReadExactlyAsync(read, bound.Token);
        return read;
    }

    // The node ends the connection: with a reset if bytes of ours were under way, with an end of stream otherwise.
    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var bound = new CancellationTokenSource(TestCluster.Bound);
        var received = new List<byte>();
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, bound.Token) is > 0 and int count)
            {
                received.AddRange(buffer.AsSpan(0, count));
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return [.. received];
        }

        return [.. received];
    }
}
