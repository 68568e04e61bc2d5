using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dike.Node.Hosting;

/// <summary>Whether the host's node runs: a failed disk or a refusal ends it.</summary>
internal sealed class LiveHealthCheck(HostedNode hosted) : IHealthCheck
{
    /// <summary>The name under which it is registered.</summary>
    public const string Name = "dike_live";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        hosted.Node is { Completion.IsCompleted: false } ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The Dike node does not run; its log says why."));
}

/// <summary>Whether the host's node belongs to a cluster and takes part in it. Needs no quorum: an ordered roll-out waits for each node before it starts the next.</summary>
internal sealed class ReadyHealthCheck(HostedNode hosted) : IHealthCheck
{
    /// <summary>The name under which it is registered.</summary>
    public const string Name = "dike_ready";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        hosted.Node is { Ready.IsCompletedSuccessfully: true, Completion.IsCompleted: false }
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The Dike node does not belong to a cluster yet: it waits for its seeds, or was refused; its log says which."));
}
