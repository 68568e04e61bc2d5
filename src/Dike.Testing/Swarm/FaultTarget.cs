namespace Dike.Testing.Swarm;

/// <summary>What a kind of fault hits, and with it what <c>Node</c> and <c>Other</c> of a planned fault mean.</summary>
internal enum FaultTarget
{
    /// <summary>The whole cluster, or whatever the run picks: both are -1.</summary>
    Cluster = 1,

    /// <summary>One node: Node names it, Other is -1.</summary>
    Node = 2,

    /// <summary>One node, or any if Node is -1; Other is -1.</summary>
    AnyNode = 3,

    /// <summary>The link from Node to Other.</summary>
    Link = 4,

    /// <summary>The link from Node to Other, or all links if both are -1.</summary>
    AnyLink = 5,
}
