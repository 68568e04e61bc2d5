using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Hosting;

/// <summary>
/// Runs a node with its host: reads the options when the host starts, starts the node, and stops it with the host. If the node has to stop by itself,
/// the host is stopped too: a process without its node would answer health checks and nothing else.
/// </summary>
internal sealed class HostedNode(DikeBuilder builder, IServiceProvider services, ILoggerFactory loggers, IHostApplicationLifetime lifetime, IConfiguration? configuration)
    : IHostedService
{
    private DikeNode? _node;

    /// <summary>The running node, or null before the start and after the stop.</summary>
    public DikeNode? Node => Volatile.Read(ref _node);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = new DikeNodeOptions { Services = services, LoggerFactory = loggers };
        if (configuration?.GetSection("Dike") is { } section)
        {
            ConfigurationReader.Read(section, options);
        }

        builder.Apply(options);
        DikeNode node = await DikeNode.StartAsync(options, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _node, node);
        _ = node.Completion.ContinueWith(_ => lifetime.StopApplication(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _node, null) is { } node)
        {
            await node.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
