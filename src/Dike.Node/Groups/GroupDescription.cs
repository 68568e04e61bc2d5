using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Groups;

/// <summary>One group as this node knows it when it opens its replica: who founded it or who invited it, and which replica is here. Who is a member later, the core knows.</summary>
/// <param name="Group">The group's number; 0 is the directory.</param>
/// <param name="Ring">The ring it belongs to.</param>
/// <param name="Partition">The partition it holds, from 0.</param>
/// <param name="Members">The members as of then; the one with the highest priority is preferred as leader.</param>
/// <param name="Self">This node's replica.</param>
internal sealed record GroupDescription(GroupId Group, string Ring, int Partition, ImmutableArray<GroupMember> Members, ReplicaId Self)
{
    /// <summary>This node's replica with its place; a learner is not among <see cref="Members"/>.</summary>
    public Member Here { get; init; } = Find(Members, Self);

    /// <summary>The members as the core wants them.</summary>
    public ImmutableArray<Member> CoreMembers => [.. Members.Select(member => member.ToCore())];

    private static Member Find(ImmutableArray<GroupMember> members, ReplicaId self)
    {
        GroupMember? here = members.FirstOrDefault(member => member.Replica == self);
        return here?.ToCore() ?? new Member(self, 0);
    }
}

/// <summary>A member of a group.</summary>
/// <param name="Replica">The replica's id.</param>
/// <param name="Priority">Its priority as a leader; distinct within the group.</param>
/// <param name="Node">The name of its node.</param>
/// <param name="Incarnation">The node's incarnation.</param>
internal sealed record GroupMember(ReplicaId Replica, ushort Priority, string Node, ulong Incarnation = 0)
{
    public Member ToCore() => new(Replica, Priority, Node, Incarnation);

    public static GroupMember Of(Member member) => new(member.Id, member.Priority, member.Node, member.Incarnation);
}
