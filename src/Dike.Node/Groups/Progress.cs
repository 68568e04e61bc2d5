using Dike.Node.Groups.Snapshots;
using Dike.Node.Groups.Versions;
using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// What follows from a step of the replica, in the one order that is right: apply, answer, leadership, snapshots, reads. Called by the <see cref="GroupCore"/> after every
/// input; owns nothing but what it is doing.
/// </summary>
internal sealed class Progress(
    Replica replica, ApplyLoop loop, GroupMembers members, Leadership leadership, Deliveries deliveries, Referrals referrals, VersionPlan versions, GroupSnapshots snapshots, Reader reader)
{
    private readonly List<AppliedCommand> _applied = [];

    /// <summary>Whether this replica may lead as far as its node is concerned.</summary>
    public bool MayLead { get; set; } = true;

    /// <summary>
    /// Takes over what a step of the replica brought. Decided batches first: a command decided in the step that ends the leadership has its true answer.
    /// Then the leadership, then reads, which need both.
    /// </summary>
    public void Absorb(Moment now, GroupOutputs outputs)
    {
        Effects effects = outputs.Paxos;
        foreach (EntryBatch batch in effects.Decided)
        {
            loop.Take(batch);
        }

        effects.Decided.Clear();
        Invariant.Require(loop.Taken == replica.Decided, $"taken {loop.Taken}, decided {replica.Decided}");
        ApplyAndAnswer(outputs);
        Invariant.Require(loop.Applier.Applied == replica.Decided || !loop.IsCurrent, $"applied {loop.Applier.Applied}, decided {replica.Decided}");
        FollowLeadership(outputs);
        snapshots.Absorb(outputs);
        reader.Absorb(now, outputs);
    }

    private void ApplyAndAnswer(GroupOutputs outputs)
    {
        _applied.Clear();
        if (outputs.Paxos.ConfigurationChanged)
        {
            loop.MembersAre(members.Here, members.Current);
        }

        bool wasRebuilt = loop.Advance(_applied, outputs);
        members.Report(outputs);
        foreach (AppliedCommand applied in _applied)
        {
            deliveries.Deliver(applied, outputs);
        }

        if (wasRebuilt)
        {
            deliveries.Recheck(outputs);
        }

        string? stopped = loop.StalledReason ?? loop.QuarantineReason;
        if (stopped != leadership.StoppedReason)
        {
            // Who waits here would wait for something that is never applied here.
            leadership.StoppedReason = stopped;
            replica.SetMayLead(MayLead && stopped is null, outputs.Paxos);
            referrals.EpochEnded(outputs);
        }
    }

    private void FollowLeadership(GroupOutputs outputs)
    {
        if (!leadership.EndsEpoch())
        {
            return;
        }

        versions.EndEpoch();
        referrals.EpochEnded(outputs);
    }
}
