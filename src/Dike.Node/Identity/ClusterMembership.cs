using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Identity;

/// <summary>
/// The cluster a node belongs to: written once, when the cluster is founded, the same on all members. Names and incarnations say who is a member;
/// addresses do not, they come from the configuration at each start.
/// </summary>
/// <param name="ClusterId">Drawn at random by the founder.</param>
/// <param name="ClusterName">The configured name.</param>
/// <param name="Members">1, 3 or 5, in the ordinal order of their names.</param>
internal sealed record ClusterMembership(Guid ClusterId, string ClusterName, ImmutableArray<FoundingMember> Members)
{
    /// <summary>The most members a membership may name.</summary>
    public const int MaxMembers = 5;

    private const byte Format = 1;

    /// <summary>The place of a node in <see cref="Members"/>, or -1 if it is no member: another name, or another incarnation of a known name.</summary>
    public int IndexOf(string name, ulong incarnation)
    {
        for (int index = 0; index < Members.Length; index++)
        {
            if (Members[index].Node == name && Members[index].Incarnation == incarnation)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The place of a node in <see cref="Members"/> by its name alone, or -1.</summary>
    public int IndexOf(string name)
    {
        for (int index = 0; index < Members.Length; index++)
        {
            if (Members[index].Node == name)
            {
                return index;
            }
        }

        return -1;
    }

    public void Write(WireWriter writer)
    {
        writer.Byte(Format);
        writer.Guid(ClusterId);
        writer.String(ClusterName);
        writer.Byte((byte)Members.Length);
        foreach (FoundingMember member in Members)
        {
            writer.String(member.Node);
            writer.UInt64(member.Incarnation);
            writer.UInt32(member.Replica.Value);
        }
    }

    /// <exception cref="InvalidFrameException">The bytes are no membership of a known format.</exception>
    public static ClusterMembership Read(ref WireReader reader)
    {
        RequireFormat(reader.Byte(), Format, "membership");
        Guid clusterId = reader.Guid();
        string clusterName = reader.String(FrameLimits.MaxNameBytes);
        int count = reader.Byte();
        if (count is not (1 or 3 or 5) || clusterId == Guid.Empty)
        {
            throw new InvalidFrameException($"a membership has {count} members of cluster {clusterId}, expected 1, 3 or 5 of a real cluster");
        }

        ImmutableArray<FoundingMember>.Builder members = ImmutableArray.CreateBuilder<FoundingMember>(count);
        for (int index = 0; index < count; index++)
        {
            members.Add(new FoundingMember(reader.String(FrameLimits.MaxNameBytes), reader.UInt64(), new ReplicaId(reader.UInt32())));
        }

        return new ClusterMembership(clusterId, clusterName, members.MoveToImmutable());
    }

    /// <summary>The members by name, for messages.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"cluster '{ClusterName}' ({ClusterId}) of {string.Join(", ", Members.Select(member => member.Node))}";

    public static void RequireFormat(byte found, byte known, string what)
    {
        if (found != known)
        {
            throw new InvalidFrameException($"the {what} has format {found}, this build knows format {known}");
        }
    }
}

/// <summary>A founding member of a cluster.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Incarnation">Its data directory.</param>
/// <param name="Replica">Its replica id in every group it is a member of.</param>
internal sealed record FoundingMember(string Node, ulong Incarnation, ReplicaId Replica);
