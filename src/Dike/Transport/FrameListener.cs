using System.Net;
using System.Net.Sockets;

namespace Dike.Transport;

/// <summary>
/// Listens at one address and hands over accepted connections, not yet started, until disposed. Owned by a node (and by tests that play one).
/// The callback runs on the accepting task: it starts the connection and returns.
/// </summary>
internal sealed class FrameListener : IAsyncDisposable
{
    // After a failed accept (out of file descriptors, mostly) the next attempt waits this long, so that the failure does not burn a core.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly TransportLimits _limits;
    private readonly Action<TcpConnection> _onAccepted;
    private readonly Action<string> _onTrouble;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private FrameListener(Socket socket, string address, TransportLimits limits, Action<TcpConnection> onAccepted, Action<string>? onTrouble)
    {
        _socket = socket;
        _limits = limits;
        _onAccepted = onAccepted;
        _onTrouble = onTrouble ?? (static _ => { });
        Address = address;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The bound address as <c>host:port</c>: the host as given, the port as bound.</summary>
    public string Address { get; }

    /// <summary>Binds and starts accepting.</summary>
    /// <param name="address"><c>host:port</c>; port 0 takes a free one.</param>
    /// <param name="limits">Limits of the accepted connections.</param>
    /// <param name="onAccepted">Takes over each connection and calls <see cref="TcpConnection.Start"/>.</param>
    /// <param name="onTrouble">Told about an accept that failed, for the log; accepting goes on.</param>
    /// <returns>The listener; connections are accepted already.</returns>
    /// <exception cref="DikeConfigurationException">The address is none, is not of this machine, or its port is in use.</exception>
    public static FrameListener Start(string address, TransportLimits limits, Action<TcpConnection> onAccepted, Action<string>? onTrouble = null)
    {
        Socket socket = Listen(address, out string bound);
        return new FrameListener(socket, bound, limits, onAccepted, onTrouble);
    }

    /// <summary>Starts accepting on a socket that listens already; owns it from now on.</summary>
    public static FrameListener Start(Socket listening, string address, TransportLimits limits, Action<TcpConnection> onAccepted, Action<string>? onTrouble = null) =>
        new(listening, address, limits, onAccepted, onTrouble);

    /// <summary>Binds a socket and listens, without accepting yet.</summary>
    /// <param name="address"><c>host:port</c>; port 0 takes a free one.</param>
    /// <param name="bound">The address with the port as bound.</param>
    /// <returns>The listening socket.</returns>
    /// <exception cref="DikeConfigurationException">The address is none, is not of this machine, or its port is in use.</exception>
    public static Socket Listen(string address, out string bound)
    {
        if (!HostAndPort.TryParse(address, out HostAndPort wanted))
        {
            throw Fail.BadAddress(address);
        }

        Socket? socket = null;
        try
        {
            IPAddress ip = Resolve(wanted.Host);
            socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(ip, wanted.Port));
            socket.Listen(backlog: 512);
            bound = (wanted with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port }).ToString();
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw Fail.CannotListen(address, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host, out IPAddress? ip))
        {
            return ip;
        }

        IPAddress[] known = Dns.GetHostAddresses(host);
        return Array.Find(known, candidate => candidate.AddressFamily == AddressFamily.InterNetwork)
            ?? (known.Length > 0 ? known[0] : throw new SocketException((int)SocketError.HostNotFound));
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket accepted = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                TakeOver(accepted);
            }
            catch (SocketException e) when (!_stop.IsCancellationRequested)
            {
                _onTrouble($"Accepting a connection at {Address} failed: {e.Message}");
                await Task.Delay(AcceptPause, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Disposed while waiting: the regular end.
                return;
            }
        }
    }

    private void TakeOver(Socket accepted)
    {
        TcpConnection connection;
        try
        {
            connection = TcpConnection.FromAccepted(accepted, _limits);
        }
        catch (SocketException e)
        {
            // The other end cut the connection between our accept and our first look at it: its business alone, accepting goes on at once.
            accepted.Dispose();
            _onTrouble($"A connection accepted at {Address} was gone at once: {e.Message}");
            return;
        }

        _onAccepted(connection);
    }
}
