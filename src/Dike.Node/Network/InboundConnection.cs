using Dike.Node.Liveness;
using Dike.Node.Shards;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>
/// A connection that somebody made to this node. The first frame must be a Hello that <see cref="HandshakeRule"/> accepts; what may follow depends on the
/// role. Anything else closes the connection with one line in the log and no other effect. Called by the connection's reading task.
/// </summary>
internal sealed class InboundConnection(TcpConnection connection, Acceptor acceptor) : IFrameReceiver, IAnswerSink
{
    private readonly long _connected = acceptor.Moment;
    private ConnectionRole? _role;
    private int _member = -1;
    private long _link;
    private volatile bool _isHandshaken;

    /// <summary>Whether a Hello has been accepted or refused.</summary>
    public bool IsHandshaken => _isHandshaken;

    /// <inheritdoc/>
    public void Answer(Frame answer)
    {
        if (!connection.Send(answer))
        {
            // A caller that does not read its answers must notice that one is lost: it asks again on a new connection, under the same command id.
            connection.Abort("it does not read its answers");
        }
    }

    /// <inheritdoc/>
    public void OnFrame(TcpConnection connection, FrameKind kind, ReadOnlySpan<byte> body)
    {
        switch (_role)
        {
            case null when kind == FrameKind.Hello && !_isHandshaken:
                OnHello((Hello)FrameCodec.Read(kind, body));
                break;
            case ConnectionRole.Client:
                acceptor.Router.OnFrame(this, FrameCodec.Read(kind, body));
                break;
            case ConnectionRole.Peer when _link != 0:
                acceptor.Queue.Post(ReadPeerFrame(kind, body));
                break;
            case ConnectionRole.Founding when kind == FrameKind.FoundingProbe && body.IsEmpty:
                connection.Send(FrameKind.FoundingAnswer, acceptor.Local.MakeFoundingAnswer().Write);
                break;
            default:
                string expected = _role is { } role ? $"the connection is of role {role}" : "a Hello comes first";
                throw new InvalidFrameException($"a {kind} frame of {body.Length} bytes does not belong here: {expected}");
        }
    }

    /// <inheritdoc/>
    public void OnClosed(TcpConnection connection, string reason)
    {
        if (_link != 0)
        {
            acceptor.Local.Roster!.Closed(_member);
            acceptor.Queue.Post(new LinkClosed(_member, LinkDirection.Incoming, _link, reason));
        }
        else if (_role == ConnectionRole.Client)
        {
            acceptor.Queue.Post(new OwnerGone(this));
        }

        acceptor.OnClosed(connection, reason);
    }

    private void OnHello(Hello hello)
    {
        _isHandshaken = true;
        string? refusal = acceptor.Refuse(hello, _connected);
        if (refusal is not null)
        {
            connection.Send(new Refused(refusal));
            _ = connection.CloseAsync(refusal);
            return;
        }

        // The Welcome is queued before the role is open: it is the first frame the other end sees.
        connection.Send(acceptor.Local.MakeWelcome());
        if (HandshakeRule.IsOwn(hello, acceptor.Local))
        {
            // A node that dials all seeds finds itself among them and learns from the Welcome which one it is. The connection never gets a role: whatever
            // else came on it would be this node's own word about itself, from whoever can repeat a Welcome.
            _ = connection.CloseAsync("a node is no peer of itself");
            return;
        }

        _role = hello.Role;
        if (hello.Role == ConnectionRole.Peer)
        {
            _member = acceptor.Local.Membership!.IndexOf(hello.NodeName);
            acceptor.Local.Roster!.Opened(_member);
            _link = acceptor.NextLink();
            acceptor.Queue.Post(new LinkOpened(_member, hello.Incarnation, LinkDirection.Incoming, _link, null));
        }
    }

    private ShardInput ReadPeerFrame(FrameKind kind, ReadOnlySpan<byte> body) => PeerFrames.Read(_member, _link, kind, body);
}
