using Dike.Node.Runtime;
using Microsoft.Extensions.Logging;

namespace Dike.Node;

/// <summary>
/// Everything a node is told at its start. Bound from the section <c>Dike</c> by the hosting extensions, or filled in code for <see cref="DikeNode.StartAsync"/>.
/// Checked once, at the start; a node keeps no reference to what it does not need afterwards.
/// </summary>
public sealed class DikeNodeOptions
{
    /// <summary>Who the node is and where it keeps its data.</summary>
    public NodeOptions Node { get; set; } = new();

    /// <summary>The cluster it belongs to.</summary>
    public ClusterOptions Cluster { get; set; } = new();

    /// <summary>Deadlines and limits of the node's own client.</summary>
    public NodeClientOptions Client { get; set; } = new();

    /// <summary>Limits on work and sizes.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>The state-machine classes this node can run: <c>options.StateMachines.Add&lt;Arithmetic&gt;()</c>.</summary>
    public StateMachineCollection StateMachines { get; } = new();

    /// <summary>How long a node may be silent before it counts as gone. 4 heartbeat intervals or more, 60 s or less. Default: 500 ms.</summary>
    public TimeSpan ElectionTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a node tells the others that it is there; also the length of a tick of the groups. 5 ms to 5 s. Default: 50 ms.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Where reply delegates get their services from; each delegate runs in a scope of its own. Default: no services.</summary>
    public IServiceProvider? Services { get; set; }

    /// <summary>Where diagnostics go. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Opens the node's log. Default: the journal in files.</summary>
    internal OpenStore OpenStore { get; set; } = NodeStore.OpenJournal;
}
