using System.Collections.Immutable;
using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Messages;
using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// Who belongs to a group now, as its own log says it, and who is about to: what the group's surroundings need to reach its replicas. Until the replica has
/// learned anything, what it was opened with. Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class GroupMembers(Replica replica, GroupDescription description)
{
    public MemberKeeper Keeper { get; } = new(replica, description.Here);

    /// <summary>The members of the configuration this replica is in, or knows as a learner.</summary>
    public ImmutableArray<Member> Current => replica.Members;

    public ConfigurationId Configuration => replica.Configuration;

    public ReplicaRole Role => replica.Role;

    /// <summary>This node's replica. Its id changes when a replica that left is invited again.</summary>
    public Member Here => replica.Self;

    /// <summary>One tick has passed: as leader, does the next step towards the members that are wanted.</summary>
    public void Tick(GroupOutputs outputs) => Keeper.Tick(
        newcomer => outputs.GroupSends.Add((newcomer.Id, new Invite(newcomer, replica.Configuration, replica.Members))), outputs.Paxos);

    /// <summary>Tells the other members what the log came to at the checkpoints that this replica has passed.</summary>
    public void Report(GroupOutputs outputs)
    {
        foreach (Checkpoint checkpoint in outputs.Checkpoints)
        {
            var report = new HashReport(checkpoint);
            foreach (Member member in replica.Members)
            {
                if (member.Id != Here.Id)
                {
                    outputs.GroupSends.Add((member.Id, report));
                }
            }
        }

        outputs.Checkpoints.Clear();
    }

    /// <summary>
    /// A leader invites this replica. One that votes is a member already, whatever an old message says. One that learns, or has left, takes the new id: it may come in only
    /// under one that was never used.
    /// </summary>
    public void OnInvite(Invite invite, Effects effects)
    {
        if (replica.Role != ReplicaRole.Voter && invite.Here.Node == Here.Node && invite.Here.Incarnation == Here.Incarnation)
        {
            replica.Admit(invite.Here.Id, effects);
        }
    }

    /// <summary>Whether a replica is a member of the present configuration.</summary>
    public bool IsMember(ReplicaId id)
    {
        foreach (Member member in replica.Members)
        {
            if (member.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The node of a member or of an invited newcomer, or null: a replica of another configuration.</summary>
    public string? NodeOf(ReplicaId id)
    {
        foreach (Member member in replica.Members)
        {
            if (member.Id == id)
            {
                return member.Node;
            }
        }

        return Keeper.NodeOf(id);
    }
}
