using System.Collections.Concurrent;
using Dike.Node.Diagnostics;
using Dike.Node.Identity;
using Dike.Node.Shards;
using Dike.Transport;
using Dike.Wire;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Network;

/// <summary>
/// The listening side of a node: takes connections, lets each say Hello within a time, keeps them until they end, and writes the one log line that a
/// refused or hostile one is worth. Lives as long as the node.
/// </summary>
internal sealed class Acceptor(LocalNode local, PeerBoots boots, ShardQueue queue, Router router, ILogger logger, Action<Exception> onFailed)
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<TcpConnection, byte> _connections = new();
    private readonly OnceLog _refusals = new();
    private long _lastLink;
    private volatile bool _isEnded;

    public LocalNode Local => local;

    public ShardQueue Queue => queue;

    public Router Router => router;

    /// <summary>Now, in the time of <see cref="PeerBoots"/>.</summary>
    public long Moment => boots.Moment;

    /// <summary>A number for a link between nodes, never used twice by this process.</summary>
    public long NextLink() => Interlocked.Increment(ref _lastLink);

    /// <summary>Takes over an accepted connection.</summary>
    public void OnAccepted(TcpConnection connection)
    {
        var inbound = new InboundConnection(connection, this);
        _connections.TryAdd(connection, 0);
        connection.Start(inbound);
        _ = WatchAsync(connection, inbound);
        if (_isEnded)
        {
            connection.Abort("the node has stopped"); // Accepted while the others were being closed.
        }
    }

    /// <summary>Why whoever sent this Hello is refused, or null. Logged here, once for each reason.</summary>
    /// <param name="hello">What was said.</param>
    /// <param name="connected">The <see cref="Moment"/> at which its connection was accepted.</param>
    public string? Refuse(Hello hello, long connected)
    {
        string? refusal = HandshakeRule.Refuse(hello, local);
        if (refusal is null && hello.Role == ConnectionRole.Peer && !HandshakeRule.IsOwn(hello, local))
        {
            try
            {
                refusal = local.Roster!.Refuse(hello.NodeName, hello.Incarnation) ?? boots.Refuse(hello.NodeName, hello.Incarnation, hello.Boot, connected);
            }
            catch (IOException error)
            {
                onFailed(error);
                return "this node has a failing disk and stops";
            }
        }

        // A cluster that is not founded yet refuses everybody for a moment: no news.
        if (refusal is not null && local.Membership is not null && _refusals.IsNew(refusal))
        {
            // A member that brings another cluster's data directory stays out until somebody puts its own back.
            bool isLasting = hello.Role == ConnectionRole.Peer && hello.ClusterId != Guid.Empty && hello.ClusterId != local.Membership.ClusterId;
            NodeLog.HelloRefused(logger, isLasting ? LogLevel.Error : LogLevel.Warning, local.Identity.Name, hello.NodeName.Length > 0 ? $"'{hello.NodeName}'" : "a client", refusal);
        }

        return refusal;
    }

    public void OnClosed(TcpConnection connection, string reason)
    {
        _connections.TryRemove(connection, out _);
        if (connection.IsHostile)
        {
            NodeMetrics.HostileConnections.Add(1);
            NodeLog.HostileConnection(logger, local.Identity.Name, connection.RemoteAddress, reason);
        }
        else
        {
            NodeLog.ConnectionEnded(logger, local.Identity.Name, connection.RemoteAddress, reason);
        }
    }

    /// <summary>Closes all connections after sending what is queued.</summary>
    public Task CloseAllAsync(string reason)
    {
        _isEnded = true;
        return Task.WhenAll(_connections.Keys.Select(connection => connection.CloseAsync(reason)));
    }

    /// <summary>Cuts all connections, as a crash would.</summary>
    public void AbortAll(string reason)
    {
        _isEnded = true;
        foreach (TcpConnection connection in _connections.Keys)
        {
            connection.Abort(reason);
        }
    }

    private async Task WatchAsync(TcpConnection connection, InboundConnection inbound)
    {
        try
        {
            if (!await EndsWithinAsync(connection.Completion, HandshakeTimeout).ConfigureAwait(false) && !inbound.IsHandshaken)
            {
                connection.Abort($"no Hello within {HandshakeTimeout.TotalSeconds} s");
            }

            await connection.Completion.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The connection is closed already; what its receiver threw is a bug of ours and must be seen.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NodeLog.ReceiverFailed(logger, local.Identity.Name, connection.RemoteAddress, error);
        }
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan time)
    {
        try
        {
            await task.WaitAsync(time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            return false;
        }
    }
}
