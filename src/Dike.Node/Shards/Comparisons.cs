using Dike.Node.Groups;
using Dike.Node.Identity;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>The comparisons of replicas that this node leads at the moment, and its answers to those of others. Owned by the shard.</summary>
internal sealed class Comparisons(ClusterMembership membership, int self, PeerOutbox[] outboxes)
{
    /// <summary>More at once are refused: each waits for its slowest member.</summary>
    private const int MaxOpen = 256;

    private readonly List<ReplicaComparison> _open = [];

    /// <summary>Begins a comparison, or answers at once that this node cannot.</summary>
    public void Begin(IAnswerSink sink, CompareReplicas request, GroupHost? host, in Moment now)
    {
        if (host is null || host.IsHalted)
        {
            sink.Answer(new ReplicasCompared(request.Correlation, CallStatus.UnknownGroup, $"Node '{membership.Members[self].Node}' runs no replica of group {request.Group}.", []));
            return;
        }

        if (_open.Count >= MaxOpen)
        {
            sink.Answer(new ReplicasCompared(request.Correlation, CallStatus.Overloaded, $"{MaxOpen} comparisons are open already.", []));
            return;
        }

        // The number only has to differ from those of other comparisons of the group, on whichever node they were begun.
        ulong checkId = now.Entropy ^ ((ulong)request.Correlation << 16) ^ (ulong)request.Group;
        bool isLeader = false;
        host.Step((core, id, _, _) => isLeader = core.RequestStateCheck(id), checkId, now);
        if (isLeader)
        {
            _open.Add(new ReplicaComparison(checkId, host.Description with { Members = [.. host.Core.Members.Current.Select(GroupMember.Of)] }, sink, request, now.MonotonicMs));
        }
        else
        {
            sink.Answer(new ReplicasCompared(request.Correlation, CallStatus.NotLeader, host.Core.LeaderNode ?? "", []));
        }
    }

    /// <summary>This node's replica has hashed its state at the slot of a check; if the check is one of ours, the others are asked for theirs.</summary>
    public void Hashed(GroupHost host, in StateCheckResult result)
    {
        ulong checkId = result.CheckId;
        ReplicaComparison? comparison = _open.Find(open => open.CheckId == checkId && open.Group.Group == host.Description.Group);
        if (comparison is not null)
        {
            comparison.Add(membership.Members[self].Node, result.Slot, result.StateHash);
            Ask(comparison);
            Close(comparison, comparison.IsComplete);
        }
    }

    public void Answered(int member, StateCheckAnswer answer)
    {
        ReplicaComparison? comparison = _open.Find(open => open.CheckId == answer.CheckId && open.Group.Group.Value == answer.Group);
        string node = membership.Members[member].Node;
        if (comparison is not null && comparison.Group.Members.Any(candidate => candidate.Node == node))
        {
            comparison.Add(node, answer.Slot, answer.StateHash);
            Close(comparison, comparison.IsComplete);
        }
    }

    /// <summary>Answers another member's question if this replica has applied the slot; otherwise it will ask again.</summary>
    public void Reply(int member, StateCheckQuestion question, GroupHost? host)
    {
        if (host is { IsHalted: false } && host.Core.FindStateCheck(question.CheckId) is { } found)
        {
            var answer = new StateCheckAnswer(question.Group, question.CheckId, found.Slot, found.StateHash);
            outboxes[member].Send(FrameKind.StateCheck, answer.Write);
        }
    }

    /// <summary>Asks again whoever has not answered, and ends what is over its time.</summary>
    public void Tick(long nowMs)
    {
        for (int index = _open.Count - 1; index >= 0; index--)
        {
            ReplicaComparison comparison = _open[index];
            Ask(comparison);
            Close(comparison, nowMs >= comparison.DeadlineMs);
        }
    }

    public void Abandon(object owner) => _open.RemoveAll(comparison => comparison.IsAskedBy(owner));

    private void Ask(ReplicaComparison comparison)
    {
        var question = new StateCheckQuestion(comparison.Group.Group.Value, comparison.CheckId);
        foreach (GroupMember member in comparison.Group.Members)
        {
            int place = membership.IndexOf(member.Node);
            Invariant.Require(place >= 0);
            if (place != self && !comparison.Has(member.Node))
            {
                outboxes[place].Send(FrameKind.ReadStateCheck, question.Write);
            }
        }
    }

    private void Close(ReplicaComparison comparison, bool isOver)
    {
        if (isOver)
        {
            _open.Remove(comparison);
            comparison.Finish();
        }
    }
}
