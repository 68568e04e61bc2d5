using Dike.Node.Shards;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>A link to a member over its connection.</summary>
internal sealed class TcpPeerLink(TcpConnection connection) : IPeerLink
{
    /// <inheritdoc/>
    public bool Send(FrameKind kind, Action<WireWriter> writeBody) => connection.Send(kind, writeBody);

    /// <inheritdoc/>
    public void Abort(string reason) => connection.Abort(reason);
}
