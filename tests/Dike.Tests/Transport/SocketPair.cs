using System.Net;
using System.Net.Sockets;
using Dike.Transport;

namespace Dike.Tests.Transport;

/// <summary>A connection under test, started on a receiver, and the raw socket at its other end.</summary>
internal sealed class SocketPair : IAsyncDisposable
{
    private SocketPair(TcpConnection connection, Socket raw, RecordingReceiver receiver)
    {
        Connection = connection;
        Raw = raw;
        Receiver = receiver;
    }

    public TcpConnection Connection { get; }

    public Socket Raw { get; }

    public RecordingReceiver Receiver { get; }

    public static async Task<SocketPair> OpenAsync(TransportLimits? limits = null, RecordingReceiver? receiver = null, int? smallBuffers = null)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var raw = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (smallBuffers is int bytes)
        {
            raw.ReceiveBufferSize = bytes;
        }

        await raw.ConnectAsync(listener.LocalEndPoint!);
        Socket accepted = await listener.AcceptAsync();
        if (smallBuffers is int sendBytes)
        {
            accepted.SendBufferSize = sendBytes;
        }

        receiver ??= new RecordingReceiver();
        TcpConnection connection = TcpConnection.FromAccepted(accepted, limits ?? new TransportLimits());
        connection.Start(receiver);
        return new SocketPair(connection, raw, receiver);
    }

    public async Task<byte[]> ReadAsync(int bytes)
    {
        byte[] read = new byte[bytes];
        for (int got = 0; got < bytes;)
        {
            int more = await Raw.ReceiveAsync(read.AsMemory(got)).AsTask().WaitAsync(Bound.Time);
            Assert.NotEqual(0, more);
            got += more;
        }

        return read;
    }

    /// <summary>Closes the raw end with a reset.</summary>
    public void Reset()
    {
        Raw.LingerState = new LingerOption(true, 0);
        Raw.Close();
    }

    public async ValueTask DisposeAsync()
    {
        Raw.Dispose();
        await Connection.DisposeAsync();
    }
}
