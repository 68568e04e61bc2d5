using System.Collections.Concurrent;
using System.Threading.Channels;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Tests.Client;

/// <summary>A node on a real loopback socket that greets, tells its routing table, and hands every other frame to the test.</summary>
internal sealed class ScriptedNode : IFrameReceiver, IAsyncDisposable
{
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly ConcurrentDictionary<TcpConnection, bool> _connections = new();
    private readonly FrameListener _listener;

    public ScriptedNode(string name, Guid? clusterId = null)
    {
        Name = name;
        ClusterId = clusterId ?? new Guid("11111111-2222-3333-4444-555555555555");
        _listener = FrameListener.Start("127.0.0.1:0", new TransportLimits(), connection =>
        {
            _connections[connection] = true;
            connection.Start(this);
        });
    }

    public string Name { get; }

    public Guid ClusterId { get; }

    public string Address => _listener.Address;

    public RoutingTable Table { get; set; } = RoutingTable.Empty;

    /// <summary>If set, every greeting is refused with this reason.</summary>
    public string? Refusal { get; set; }

    /// <summary>If set, answers at once; what it returns null for waits for <see cref="NextAsync"/>.</summary>
    public Func<Frame, Frame?> Answer { get; set; } = static _ => null;

    /// <summary>A table with one ring "Counter" of one partition, group 7, on these nodes.</summary>
    public static RoutingTable TableOf(string? leader, params ScriptedNode[] nodes) => new(
        1,
        [.. nodes.Select(node => new NodeRoute(node.Name, node.Address))],
        [new RingRoute("Counter", "Counter", [new PartitionRoute(7, [.. nodes.Select(node => node.Name)], leader)])]);

    public async Task<Received> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(Bound.Time);

    /// <summary>Cuts all connections, as a crash would; new ones are accepted.</summary>
    public void CutAll()
    {
        foreach (TcpConnection connection in _connections.Keys)
        {
            connection.Abort("cut by the test");
        }
    }

    public void OnFrame(TcpConnection connection, FrameKind kind, ReadOnlySpan<byte> body)
    {
        Frame frame = FrameCodec.Read(kind, body);
        switch (frame)
        {
            case Hello when Refusal is not null:
                connection.Send(new Refused(Refusal));
                _ = connection.CloseAsync(Refusal);
                break;
            case Hello:
                connection.Send(new Welcome(ClusterId, Name, 1, 1, 638_000_000_000_000_000, 16 << 20));
                break;
            case GetRoutes routes:
                connection.Send(new Routes(routes.Correlation, Table));
                break;
            case Frame other when Answer(other) is Frame answer:
                connection.Send(answer);
                break;
            default:
                Assert.True(_received.Writer.TryWrite(new Received(frame, connection)));
                break;
        }
    }

    public void OnClosed(TcpConnection connection, string reason) => _connections.TryRemove(connection, out _);

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        CutAll();
    }

    /// <summary>A frame and the way to answer it.</summary>
    internal sealed record Received(Frame Frame, TcpConnection Connection)
    {
        public Call Call => Assert.IsType<Call>(Frame);

        public void Send(Frame answer) => Assert.True(Connection.Send(answer));

        public void Send(CallStatus status, string message = "", string code = "", Outcome outcome = Outcome.NotApplied, byte[]? value = null) =>
            Send(new CallResult(Call.Correlation, status, outcome, 1, code, message, value));
    }
}
