using System.Net.Sockets;
using Dike.Transport;

namespace Dike.Node;

/// <summary>
/// A bound and listening TCP socket for a node: makes it possible to know the addresses of several nodes before any of them starts,
/// as tests and embedded clusters on free ports must. A node that was started with it owns it from then on.
/// </summary>
public sealed class DikeListener : IDisposable
{
    private DikeListener(Socket socket, string address)
    {
        Socket = socket;
        Address = address;
    }

    /// <summary>Where it listens, as <c>host:port</c> with the real port.</summary>
    public string Address { get; }

    internal Socket Socket { get; }

    /// <summary>Binds a socket and starts to listen.</summary>
    /// <param name="address">A host and a port, as <c>127.0.0.1:7400</c> or <c>[::1]:7400</c>; port 0 takes a free one.</param>
    /// <returns>The listener.</returns>
    /// <exception cref="DikeConfigurationException"><paramref name="address"/> is not of that form, is in use, or is not an address of this machine.</exception>
    public static DikeListener Bind(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Socket socket = FrameListener.Listen(address, out string bound);
        return new DikeListener(socket, bound);
    }

    /// <summary>Stops to listen.</summary>
    public void Dispose() => Socket.Dispose();
}
