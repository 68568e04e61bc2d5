using Dike.Wire;

namespace Dike.Transport;

/// <summary>Takes what a connection receives. Calls come one at a time, in order, on the connection's reading task; they must not block.</summary>
internal interface IFrameReceiver
{
    /// <summary>A whole frame arrived. <paramref name="body"/> is valid only during the call.</summary>
    /// <exception cref="InvalidFrameException">The body is nonsense: the connection is closed with this reason.</exception>
    void OnFrame(TcpConnection connection, FrameKind kind, ReadOnlySpan<byte> body);

    /// <summary>The connection has ended; nothing more comes. Called exactly once.</summary>
    void OnClosed(TcpConnection connection, string reason);
}
