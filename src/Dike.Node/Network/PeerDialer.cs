using System.Net.Sockets;
using Dike.Node.Diagnostics;
using Dike.Node.Identity;
using Dike.Node.Liveness;
using Dike.Node.Shards;
using Dike.Transport;
using Dike.Wire;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Network;

/// <summary>
/// Keeps the connection to one configured seed on which this node sends: connects, says Hello, checks who answers, reports the link and its end to the
/// shard, and begins anew. Ends for good when the seed turns out to be this node itself.
/// </summary>
internal sealed class PeerDialer(string seed, Acceptor acceptor, MemberAddresses addresses, TransportLimits limits, PeerBoots boots, ILogger logger)
{
    private const int LongestPauseMs = 1000;

    /// <summary>While a cluster is founded or restarted, refusals that pass are no news; one that comes again and again is.</summary>
    private const int RepeatsWorthALine = 4;

    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(5);

    private string _lastTrouble = "";
    private int _repeats;
    private TcpConnection? _current;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(LongestPauseMs);
        while (!cancellationToken.IsCancellationRequested)
        {
            DialEnd end = await DialAsync(cancellationToken).ConfigureAwait(false);
            if (end == DialEnd.IsSelf)
            {
                return;
            }

            await backoff.WaitAsync(wasLinked: end == DialEnd.WasLinked, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts the connection, as a crash would.</summary>
    public void Abort(string reason) => Volatile.Read(ref _current)?.Abort(reason);

    private async Task<DialEnd> DialAsync(CancellationToken cancellationToken)
    {
        long connected = boots.Moment;
        try
        {
            TcpConnection connection = await TcpConnection.ConnectAsync(seed, limits, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _current, connection);
            await using (connection.ConfigureAwait(false))
            {
                using CancellationTokenRegistration stop = cancellationToken.Register(() => connection.Abort("the node stops"));
                return await LinkAsync(connection, connected).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException)
        {
            // Nobody there or gone again: the usual state of a member that is down. It shows as down already; it is tried again.
            return DialEnd.Failed;
        }
        catch (DikeConfigurationException error)
        {
            // The options were checked at the start, so this is a seed that the check let through: the dialer must say so, and the node goes on without it.
            Complain(error.Message);
            return DialEnd.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return DialEnd.Failed;
        }
    }

    private async Task<DialEnd> LinkAsync(TcpConnection connection, long connected)
    {
        var receiver = new OutboundConnection();
        connection.Start(receiver);
        connection.Send(acceptor.Local.MakeHello(ConnectionRole.Peer));
        Frame answer = await receiver.HelloAnswer.WaitAsync(HelloTimeout).ConfigureAwait(false);
        ClusterMembership membership = acceptor.Local.Membership!;
        if (answer is not Welcome welcome)
        {
            Complain(((Refused)answer).Reason);
            return DialEnd.Failed;
        }

        NodeIdentity self = acceptor.Local.Identity;
        if (welcome.NodeName == self.Name && welcome.Incarnation == self.Incarnation)
        {
            addresses.Set(self.Name, seed);
            return DialEnd.IsSelf;
        }

        Roster roster = acceptor.Local.Roster!;
        string? refusal = HandshakeRule.RefuseWelcome(welcome, membership)
            ?? roster.Refuse(welcome.NodeName, welcome.Incarnation)
            ?? boots.Refuse(welcome.NodeName, welcome.Incarnation, welcome.Boot, connected);
        if (refusal is not null || !addresses.TryClaim(welcome.NodeName, seed, out refusal))
        {
            Complain(refusal!);
            return DialEnd.Failed;
        }

        int member = membership.IndexOf(welcome.NodeName);
        long link = acceptor.NextLink();
        roster.Opened(member);
        acceptor.Queue.Post(new LinkOpened(member, welcome.Incarnation, LinkDirection.Outgoing, link, new TcpPeerLink(connection)));
        await connection.Completion.ConfigureAwait(false);
        roster.Closed(member);
        acceptor.Queue.Post(new LinkClosed(member, LinkDirection.Outgoing, link, "the connection to it broke"));
        return DialEnd.WasLinked;
    }

    private void Complain(string reason)
    {
        _repeats = reason == _lastTrouble ? _repeats + 1 : 1;
        _lastTrouble = reason;
        if (_repeats == RepeatsWorthALine)
        {
            NodeLog.LinkRefused(logger, acceptor.Local.Identity.Name, seed, reason);
        }
    }

    private enum DialEnd
    {
        Failed,
        WasLinked,
        IsSelf,
    }
}
