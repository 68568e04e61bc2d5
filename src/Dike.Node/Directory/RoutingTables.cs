using System.Collections.Immutable;
using Dike.Node.Identity;

namespace Dike.Node.Directory;

/// <summary>Makes the routing table that clients get: the directory's rings, the nodes' addresses, and the leaders as far as this node knows.</summary>
internal static class RoutingTables
{
    /// <param name="directory">The applied directory, or null before it is known.</param>
    /// <param name="membership">The cluster.</param>
    /// <param name="addressOf">The address of a node, or an empty text.</param>
    /// <param name="leaderOf">The leader's node of a group, or null.</param>
    /// <param name="membersOf">The nodes that run a group by its own log, or null: then those of the directory.</param>
    public static RoutingTable Make(DirectoryMachine? directory, ClusterMembership membership, Func<string, string> addressOf, Func<int, string?> leaderOf, Func<int, ImmutableArray<string>?> membersOf)
    {
        ImmutableArray<NodeRoute> nodes = [.. membership.Members.Select(member => new NodeRoute(member.Node, addressOf(member.Node)))];
        if (directory is null)
        {
            // A directory that nobody has written to yet: nodes are known, rings are not.
            return new RoutingTable(1, nodes, []);
        }

        ImmutableArray<RingRoute> rings =
        [
            .. directory.Rings
                .OrderBy(ring => ring.Name, StringComparer.Ordinal)
                .Select(ring => new RingRoute(
                    ring.Name,
                    ring.Machine,
                    [.. ring.Groups.Select(group => new PartitionRoute(group.Number, membersOf(group.Number) ?? [.. group.Members], leaderOf(group.Number)))])),
        ];
        // The version is the directory's own, so that tables of different nodes can be compared; leaders are hints and do not count.
        return new RoutingTable(directory.Version + 1, nodes, rings);
    }
}
