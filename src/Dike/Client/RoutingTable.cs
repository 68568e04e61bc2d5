using System.Collections.Immutable;

namespace Dike;

/// <summary>Which partition of which ring lives where, at one version of the directory.</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="Nodes">The nodes, in the order of their names.</param>
/// <param name="Rings">The rings, in the order of their names.</param>
public sealed record RoutingTable(long Version, ImmutableArray<NodeRoute> Nodes, ImmutableArray<RingRoute> Rings)
{
    /// <summary>The table before anything is known.</summary>
    public static RoutingTable Empty { get; } = new(0, [], []);
}

/// <summary>A node of the cluster.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Address">Where it listens, as <c>host:port</c>; empty while unknown.</param>
public sealed record NodeRoute(string Name, string Address);

/// <summary>A ring: all partitions of one set of keys.</summary>
/// <param name="Name">The ring's name.</param>
/// <param name="Machine">The wire name of its machine.</param>
/// <param name="Partitions">The partitions, from 0.</param>
public sealed record RingRoute(string Name, string Machine, ImmutableArray<PartitionRoute> Partitions)
{
    /// <summary>Which partition holds a key.</summary>
    /// <param name="key">The key: 1 to 512 bytes of UTF-8, no lone surrogates.</param>
    /// <returns>The partition, from 0.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not a legal key.</exception>
    public int PartitionOf(string key) => KeyRing.PartitionOf(key, Partitions.Length);
}

/// <summary>A partition of a ring.</summary>
/// <param name="Group">The group that replicates it.</param>
/// <param name="Members">The names of its members' nodes, the one preferred as leader first.</param>
/// <param name="Leader">The name of the leader's node as far as known, or null.</param>
public sealed record PartitionRoute(int Group, ImmutableArray<string> Members, string? Leader);
