using Dike.Client;
using Microsoft.Extensions.Logging;

namespace Dike;

/// <summary>
/// The client of a cluster for a process that only calls. It finds the nodes from any endpoint, follows leaders, and repeats a command under one command id
/// until its deadline. Thread-safe; keep one per process and cluster.
/// </summary>
public sealed class DikeClient : IDikeClient, IAsyncDisposable
{
    private readonly ClientShell _shell;

    private DikeClient(ClientShell shell, TimeProvider time)
    {
        _shell = shell;
        Admin = new AdminClient(shell, time);
    }

    /// <inheritdoc/>
    public IDikeAdmin Admin { get; }

    /// <summary>Connects to a cluster and reads its routing table.</summary>
    /// <param name="endpoints">Addresses of some of its nodes as <c>host:port</c>, at least one; names are resolved anew on every connect.</param>
    /// <param name="options">What differs from the defaults.</param>
    /// <param name="ct">Stops the waiting.</param>
    /// <returns>A client that has spoken to a node.</returns>
    /// <exception cref="DikeConfigurationException">An endpoint or option is wrong, or all endpoints belong to another cluster.</exception>
    /// <exception cref="DikeUnavailableException">No endpoint answered within <see cref="DikeClientOptions.Timeout"/>; the message names each.</exception>
    /// <exception cref="DikeCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public static async Task<DikeClient> ConnectAsync(IReadOnlyList<string> endpoints, DikeClientOptions? options = null, CancellationToken ct = default)
    {
        DikeClient client = Create(endpoints, options);
        try
        {
            await client.Admin.GetRoutingTableAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return client;
    }

    /// <inheritdoc/>
    public TClient Get<TClient>(ClientContract<TClient> contract, string key, DikeCallOptions? options = null)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(contract);
        return contract.Create(new KeyChannel(_shell, contract.Machine, key, options));
    }

    /// <summary>Closes the connections. Calls in flight end with <see cref="DikeCanceledException"/>.</summary>
    /// <returns>A task that ends when all connections are closed.</returns>
    public ValueTask DisposeAsync() => _shell.DisposeAsync();

    /// <summary>A client that connects with its first call: for a node's own client, which is there before the node listens.</summary>
    internal static DikeClient Create(IReadOnlyList<string> endpoints, DikeClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        options ??= new DikeClientOptions();
        ClientSettings settings = ClientSettings.Check(endpoints, options);
        return new DikeClient(new ClientShell(settings, options.LoggerFactory.CreateLogger<DikeClient>(), options.TimeProvider), options.TimeProvider);
    }
}
