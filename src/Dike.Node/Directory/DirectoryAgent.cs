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
internal sealed class DirectoryAgent(ClusterMembership membership, NodeIdentity identity)
{
    private long _seenVersion;
    private int _seenRings;

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

    /// <summary>The groups of a ring that this node's incarnation has founded.</summary>
    public IEnumerable<GroupDescription> FoundedHere(DirectoryRing ring)
    {
        for (int partition = 0; partition < ring.Groups.Count; partition++)
        {
            DirectoryGroup group = ring.Groups[partition];
            int rank = group.Members.IndexOf(identity.Name);
            if (rank >= 0 && group.Incarnations[rank] == identity.Incarnation)
            {
                yield return Describe(ring.Name, partition, group);
            }
        }
    }

    /// <summary>The ring and partition of a group, or null before this node's replica of the directory knows it.</summary>
    public static (DirectoryRing Ring, int Partition)? Find(DirectoryMachine directory, GroupId group)
    {
        foreach (DirectoryRing ring in directory.Rings)
        {
            int partition = ring.Groups.FindIndex(candidate => candidate.Number == group.Value);
            if (partition >= 0)
            {
                return (ring, partition);
            }
        }

        return null;
    }

    /// <summary>The directory's own group as founded: all members of the cluster.</summary>
    public GroupDescription DescribeDirectory()
    {
        ImmutableArray<GroupMember> members =
        [
            .. membership.Members.Select((member, rank) => new GroupMember(member.Replica, (ushort)(membership.Members.Length - rank), member.Node, member.Incarnation)),
        ];
        GroupMember? self = members.FirstOrDefault(member => member.Node == identity.Name && member.Incarnation == identity.Incarnation);
        return new GroupDescription(GroupId.Directory, DirectoryMachine.WireName, 0, members, self?.Replica ?? ReplicaId.None);
    }

    private GroupDescription Describe(string ring, int partition, DirectoryGroup group)
    {
        ImmutableArray<GroupMember>.Builder members = ImmutableArray.CreateBuilder<GroupMember>(group.Members.Count);
        ReplicaId self = ReplicaId.None;
        for (int rank = 0; rank < group.Members.Count; rank++)
        {
            int place = membership.IndexOf(group.Members[rank]);
            Invariant.Require(place >= 0, $"member {group.Members[rank]} of group {group.Number}");
            // The first has the highest priority: it is preferred as leader.
            var member = new GroupMember(membership.Members[place].Replica, (ushort)(group.Members.Count - rank), group.Members[rank], group.Incarnations[rank]);
            members.Add(member);
            self = member.Node == identity.Name ? member.Replica : self;
        }

        return new GroupDescription(new GroupId(group.Number), ring, partition, members.MoveToImmutable(), self);
    }
}
