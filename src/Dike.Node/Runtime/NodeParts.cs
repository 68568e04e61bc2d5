using System.Collections.Immutable;
using Dike.Node.Identity;
using Dike.Node.Network;
using Dike.Node.Shards;
using Dike.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.Node.Runtime;

/// <summary>What a node has from its start on, whether it belongs to a cluster or not.</summary>
internal sealed class NodeParts
{
    /// <param name="options">The checked options.</param>
    /// <param name="files">The open data directory.</param>
    /// <param name="routes">The routing table as of now.</param>
    /// <param name="onFailed">Told when the disk fails.</param>
    public NodeParts(DikeNodeOptions options, NodeFiles files, Func<RoutingTable> routes, Action<Exception, bool> onFailed)
    {
        Options = options;
        Files = files;
        Loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        Logger = Loggers.CreateLogger<DikeNode>();
        Limits = new TransportLimits { MaxFrameBytes = options.Limits.MaxFrameBytes };
        ImmutableArray<string> seeds = [.. options.Cluster.Seeds.Order(StringComparer.Ordinal)];
        Local = new LocalNode(files.Identity, options.Cluster.Name, seeds, options.Limits.MaxFrameBytes, () => files.Membership);
        Queue = new ShardQueue(options.Limits.MaxInFlight);
        Boots = new PeerBoots(files.Directory);
        var rings = new RingRequests(Queue, options.StateMachines, Local);
        Acceptor = new Acceptor(Local, Boots, Queue, new Router(Queue, rings, routes), Logger, error => onFailed(error, true));
    }

    public DikeNodeOptions Options { get; }

    public NodeFiles Files { get; }

    public ILoggerFactory Loggers { get; }

    public ILogger Logger { get; }

    public TransportLimits Limits { get; }

    public LocalNode Local { get; }

    public ShardQueue Queue { get; }

    public PeerBoots Boots { get; }

    public Acceptor Acceptor { get; }

    public MemberAddresses Addresses { get; } = new();
}
