using System.Collections.Immutable;
using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Directory;

/// <summary>
/// Follows this node's replica of the directory and says which groups are to be opened. What it says follows from the applied state alone, so a node
/// that was away when a ring was created opens its groups when it catches up, and again at every start. Called by the shard after each turn.
/// </summary>
internal sealed class DirectoryAgent(ClusterMembership membership, int self)
{
    private long _seenVersion;
    private int _seenRings;

    /// <summary>The names of the nodes in the order in which commands to the directory give them.</summary>
    public List<string> Nodes { get; } = [.. membership.Members.Select(member => member.Node)];

    /// <summary>The rings that were created since the last call. Rings are only ever added in this version of the directory.</summary>
    public IReadOnlyList<DirectoryRing> TakeNewRings(DirectoryMachine directory)
    {
        if (directory.Version == _seenVersion)
        {
            return [];
        }

        Invariant.Require(directory.Version > _seenVersion);
        Invariant.Require(directory.Rings.Count >= _seenRings);
        DirectoryRing[] added = [.. directory.Rings.Skip(_seenRings)];
        (_seenVersion, _seenRings) = (directory.Version, directory.Rings.Count);
        return added;
    }

    /// <summary>The groups of a ring that have a replica on this node.</summary>
    public IEnumerable<GroupDescription> GroupsHere(DirectoryRing ring)
    {
        string node = membership.Members[self].Node;
        for (int partition = 0; partition < ring.Groups.Count; partition++)
        {
            DirectoryGroup group = ring.Groups[partition];
            if (group.Members.Contains(node, StringComparer.Ordinal))
            {
                yield return Describe(new GroupId(group.Number), ring.Name, partition, group.Members);
            }
        }
    }

    /// <summary>The directory's own group: all members of the cluster.</summary>
    public GroupDescription DescribeDirectory() => Describe(GroupId.Directory, DirectoryMachine.WireName, 0, Nodes);

    private GroupDescription Describe(GroupId group, string ring, int partition, List<string> nodes)
    {
        ImmutableArray<GroupMember>.Builder members = ImmutableArray.CreateBuilder<GroupMember>(nodes.Count);
        for (int rank = 0; rank < nodes.Count; rank++)
        {
            int place = membership.IndexOf(nodes[rank]);
            Invariant.Require(place >= 0);
            // The first has the highest priority: it is preferred as leader.
            members.Add(new GroupMember(membership.Members[place].Replica, (ushort)(nodes.Count - rank), nodes[rank]));
        }

        return new GroupDescription(group, ring, partition, members.MoveToImmutable(), membership.Members[self].Replica);
    }
}
