using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Groups;

/// <summary>One group as its members know it: decided by the directory, constant for the group's life until reconfiguration exists.</summary>
/// <param name="Group">The group's number; 0 is the directory.</param>
/// <param name="Ring">The ring it belongs to.</param>
/// <param name="Partition">The partition it holds, from 0.</param>
/// <param name="Members">The members; the one with the highest priority is preferred as leader.</param>
/// <param name="Self">This node's replica.</param>
internal sealed record GroupDescription(GroupId Group, string Ring, int Partition, ImmutableArray<GroupMember> Members, ReplicaId Self);

/// <summary>A member of a group.</summary>
/// <param name="Replica">The replica's id.</param>
/// <param name="Priority">Its priority as a leader; distinct within the group.</param>
/// <param name="Node">The name of its node.</param>
internal sealed record GroupMember(ReplicaId Replica, ushort Priority, string Node);
