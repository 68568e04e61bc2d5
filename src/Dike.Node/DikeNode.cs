using Dike.Node.Runtime;

namespace Dike.Node;

/// <summary>
/// A node of a cluster: listens, keeps a journal, runs the replicas that the cluster's directory gives it. Several may live in one process;
/// they know each other only through their listeners. Thread-safe.
/// </summary>
public sealed class DikeNode : IAsyncDisposable
{
    private readonly NodeRuntime _runtime;
    private readonly DikeClient _client;

    private DikeNode(NodeRuntime runtime, DikeNodeOptions options)
    {
        _runtime = runtime;
        Name = options.Node.Name;
        string[] endpoints = [.. options.Cluster.Seeds.Prepend(runtime.AdvertisedAddress).Distinct(StringComparer.Ordinal)];
        var settings = new DikeClientOptions
        {
            Timeout = options.Client.Timeout,
            MaxInFlight = options.Client.MaxInFlight,
            MaxFrameBytes = options.Limits.MaxFrameBytes,
            ClusterName = options.Cluster.Name,
            ClusterId = () => runtime.ClusterId,
        };
        if (options.LoggerFactory is not null)
        {
            settings.LoggerFactory = options.LoggerFactory;
        }

        _client = DikeClient.Create(endpoints, settings);
    }

    /// <summary>The node's name.</summary>
    public string Name { get; }

    /// <summary>Where it listens, as <c>host:port</c> with the real port.</summary>
    public string Address => _runtime.Address;

    /// <summary>
    /// A client of the cluster that knows all configured seeds. It talks to this node, too, only through its listener,
    /// and goes on with the other nodes when this one fails; it is disposed with the node.
    /// </summary>
    public IDikeClient Client => _client;

    /// <summary>
    /// Completes when the node belongs to a cluster and takes part in it: at once for a node that did so before, otherwise after all seeds have founded the
    /// cluster together. Needs no quorum. Faults with the reason if the node is refused; is cancelled if the node is stopped before.
    /// </summary>
    public Task Ready => _runtime.Ready;

    /// <summary>Completes when the node has stopped; faults with the reason if it had to stop by itself, as after a failed write of its journal.</summary>
    public Task Completion => _runtime.Completion;

    /// <summary>
    /// Starts a node. It listens and has opened its data when this returns; a cluster that does not exist yet is founded in the background, once all seeds
    /// are there (see <see cref="Ready"/>), so nodes may be started one after the other.
    /// </summary>
    /// <param name="options">Who it is. Checked first; nothing is changed if something is wrong.</param>
    /// <param name="cancellationToken">Ends the start; what was begun is undone.</param>
    /// <returns>The running node.</returns>
    /// <exception cref="DikeConfigurationException">An option is wrong, the port is in use, or the options contradict the data directory.</exception>
    /// <exception cref="DikeStorageException">The data directory is not writable, is in use, damaged, or of another node or format.</exception>
    public static async Task<DikeNode> StartAsync(DikeNodeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        NodeRuntime runtime = await NodeRuntime.StartAsync(options, cancellationToken).ConfigureAwait(false);
        return new DikeNode(runtime, options);
    }

    /// <summary>
    /// Stops the node as a crash would: its sockets are cut and what its process knew is dropped, without a flush or a hand-over.
    /// What was synced is found again at the next start. For tests of failover.
    /// </summary>
    /// <returns>A task that ends when nothing of the node runs any more and its port and directory are free.</returns>
    public Task AbortAsync() => StopAsync(isPlanned: false);

    /// <summary>Stops the node as planned: takes no more calls, finishes what is being written, closes connections and journal.</summary>
    /// <returns>A task that ends when nothing of the node runs any more and its port and directory are free.</returns>
    public async ValueTask DisposeAsync() => await StopAsync(isPlanned: true).ConfigureAwait(false);

    private async Task StopAsync(bool isPlanned)
    {
        await (isPlanned ? _runtime.DisposeAsync().AsTask() : _runtime.EndAsync("aborted, as a crash would", isPlanned: false)).ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
    }
}
