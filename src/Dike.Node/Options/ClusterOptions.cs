namespace Dike.Node;

/// <summary>The cluster a node belongs to.</summary>
public sealed class ClusterOptions
{
    /// <summary>The cluster's name, the same on all nodes: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or <c>.</c>. Default: <c>dike</c>.</summary>
    public string Name { get; set; } = "dike";

    /// <summary>
    /// Where the nodes of the cluster listen, as <c>host:port</c>, this node included: 1, 3 or 5. Names are resolved at every connection.
    /// The order does not matter. Default: none, a cluster of this node alone.
    /// </summary>
    public IList<string> Seeds { get; } = [];
}
