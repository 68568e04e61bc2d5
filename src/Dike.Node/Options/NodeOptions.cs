namespace Dike.Node;

/// <summary>Who a node is and where it keeps its data.</summary>
public sealed class NodeOptions
{
    /// <summary>The node's name, unique in its cluster and kept for good: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or <c>.</c>. Default: the machine's name.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>Where to listen, as <c>address:port</c>; port 0 takes a free one. Default: <c>127.0.0.1:7400</c>.</summary>
    public string Listen { get; set; } = "127.0.0.1:7400";

    /// <summary>An already bound listener, used instead of <see cref="Listen"/>; the node owns it from its start on. Default: none.</summary>
    public DikeListener? Listener { get; set; }

    /// <summary>
    /// Where the others reach this node, as <c>host:port</c>: its entry in every node's <see cref="ClusterOptions.Seeds"/>.
    /// Default: the address it listens on.
    /// </summary>
    public string? Advertise { get; set; }

    /// <summary>The directory of the node's journal and identity. Made if absent. Required.</summary>
    public string DataDirectory { get; set; } = "";
}
