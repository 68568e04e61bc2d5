using Dike;
using Dike.Node;
using Dike.Node.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a Dike node to a host's services.</summary>
public static class DikeServiceCollectionExtensions
{
    /// <summary>
    /// Adds a node that starts and stops with the host, an <see cref="IDikeClient"/>, and the health checks <c>dike_live</c> and <c>dike_ready</c>.
    /// Settings come from the section <c>Dike</c> if the services have a configuration.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Registers state machines and changes options.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddDikeNode(this IServiceCollection services, Action<DikeBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new DikeBuilder();
        configure(builder);
        services.AddSingleton(provider => new HostedNode(
            builder,
            provider,
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetService<IConfiguration>()));
        services.AddHostedService(static provider => provider.GetRequiredService<HostedNode>());
        services.AddSingleton<IDikeClient, HostedClient>();
        services.AddHealthChecks()
            .AddCheck<LiveHealthCheck>(LiveHealthCheck.Name)
            .AddCheck<ReadyHealthCheck>(ReadyHealthCheck.Name);
        return services;
    }
}
