using System.Collections.Immutable;
using Dike.Paxos;

namespace Dike.Node.Groups.Messages;

/// <summary>A group's leader invites a node to open a replica as a learner. Sent again until the learner asks for the log.</summary>
/// <param name="Here">The replica that the node is to open: its id, and the node and incarnation it is meant for.</param>
/// <param name="Configuration">The configuration the group is in.</param>
/// <param name="Members">Its members.</param>
internal sealed record Invite(Member Here, ConfigurationId Configuration, ImmutableArray<Member> Members) : GroupMessage
{
    /// <inheritdoc/>
    public override GroupMessageKind Kind => GroupMessageKind.Invite;

    /// <inheritdoc/>
    public override string? Invalid() =>
        Here.Id == ReplicaId.None || Here.Node.Length == 0 ? "an invitation for nobody"
        : Configuration.Value == 0 ? "an invitation to no configuration"
        : StopSign.FaultOf(Members);
}
