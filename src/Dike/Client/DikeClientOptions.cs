using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike;

/// <summary>What a client may be told. Checked once, when the client is made; later changes have no effect.</summary>
public sealed class DikeClientOptions
{
    /// <summary>The longest a call may wait for its answer. Greater than zero, at most one hour. Default: 5 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most calls in flight; further ones fail with <see cref="DikeOverloadedException"/> at once. 1 to 1,048,576. Default: 4096.</summary>
    public int MaxInFlight { get; set; } = 4096;

    /// <summary>The largest frame sent or accepted, in bytes; a call with its arguments must fit. 1 KiB to 256 MiB. Default: 16 MiB.</summary>
    public int MaxFrameBytes { get; set; } = 16 << 20;

    /// <summary>
    /// The name of the cluster to speak to; nodes of another one are refused. At most 256 bytes of UTF-8. Default: null, the cluster of the first node
    /// that answers.
    /// </summary>
    public string? ClusterName { get; set; }

    /// <summary>Where diagnostics go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock of deadlines and pauses. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The cluster to speak to, empty while it is not known: for a node's own client, which must not follow a stranger at the address of a seed.</summary>
    internal Func<Guid> ClusterId { get; set; } = static () => Guid.Empty;
}
