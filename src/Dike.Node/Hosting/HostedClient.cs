namespace Dike.Node.Hosting;

/// <summary>The <see cref="IDikeClient"/> of the host's services: there before the node is, so that other services may take it in their constructors.</summary>
internal sealed class HostedClient(HostedNode hosted) : IDikeClient
{
    /// <inheritdoc/>
    public IDikeAdmin Admin => Client.Admin;

    private IDikeClient Client => hosted.Node?.Client
        ?? throw new DikeUnavailableException("The host's Dike node is not running: it has not been started yet or has been stopped. Call after the host has started.", CommandId.None);

    /// <inheritdoc/>
    public TClient Get<TClient>(ClientContract<TClient> contract, string key, DikeCallOptions? options = null)
        where TClient : class => Client.Get(contract, key, options);
}
