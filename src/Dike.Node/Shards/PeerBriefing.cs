using Dike.Node.Groups;
using Dike.Node.Groups.Versions;
using Dike.Node.Identity;
using Dike.Node.Liveness;
using Dike.Paxos;

namespace Dike.Node.Shards;

/// <summary>
/// Tells the groups what this node sees of the others: liveness is between nodes, once, and each group hears of it as of its own members. Which incarnation of a
/// node is linked decides for whom it speaks: a member of another incarnation is not there, whoever answers under its node's name. Owned by the shard.
/// </summary>
internal sealed class PeerBriefing(ClusterMembership membership, int self, NodeCore node)
{
    private readonly ulong[] _linked = new ulong[membership.Members.Length];

    /// <summary>A link with this incarnation of a member has opened.</summary>
    /// <returns>Whether it is another one than before: the old one is gone for good.</returns>
    public bool Linked(int place, ulong incarnation)
    {
        Invariant.Require(place != self, $"place {place} is this node");
        bool isOther = _linked[place] != 0 && _linked[place] != incarnation;
        _linked[place] = incarnation;
        return isOther;
    }

    /// <summary>Tells one group about one node as it is now.</summary>
    public void Tell(GroupHost host, int place, in Moment now) => Tell(host, place, node.IsUp(place), now);

    /// <summary>Tells one group that a node came or went. One that went and came back within a turn is told as both: what was under way is lost.</summary>
    public void Tell(GroupHost host, int place, bool isNodeUp, in Moment now)
    {
        string name = membership.Members[place].Node;
        ulong linked = _linked[place];
        bool isUp = isNodeUp && !node.ReportOf(place).Halted.Contains(host.Description.Group.Value);
        if (linked != 0)
        {
            host.Step(static (core, at, _, _) => core.Members.Keeper.NodeIs(at.name, at.linked), (name, linked), now);
        }

        foreach (Member member in host.Core.Members.Current)
        {
            if (member.Node == name && member.Id != host.Core.Members.Here.Id)
            {
                bool isThere = isUp && (member.Incarnation == linked || member.Incarnation == 0);
                bool isQuorumConnected = isThere && node.ViewOf(place).ReachesQuorumOf(MaskOf(host));
                host.Step(
                    static (core, peer, moment, outputs) => core.PeerChanged(peer.Id, peer.isThere, peer.isQuorumConnected, moment, outputs),
                    (member.Id, isThere, isQuorumConnected),
                    now);
            }
        }

        foreach (ReplicaId other in host.OthersAt(place))
        {
            host.Step(static (core, peer, moment, outputs) => core.PeerChanged(peer.other, peer.isUp, false, moment, outputs), (other, isUp), now);
        }
    }

    /// <summary>Tells one group about all nodes: it is new, or its members have changed.</summary>
    public void TellAll(GroupHost host, in Moment now)
    {
        for (int place = 0; place < membership.Members.Length; place++)
        {
            if (place != self)
            {
                Tell(host, place, now);
            }
        }
    }

    /// <summary>Tells one group what the builds of all its members can apply, or that one of them is not known.</summary>
    public void TellVersions(GroupHost host, in Moment now)
    {
        int highestMin = 0;
        int lowest = int.MaxValue;
        bool isKnown = true;
        foreach (Member member in host.Core.Members.Current)
        {
            int place = membership.IndexOf(member.Node);
            if (place >= 0 && node.BuildOf(place)?.Find(host.Core.Machine) is { } build)
            {
                highestMin = Math.Max(highestMin, build.MinVersion);
                lowest = Math.Min(lowest, build.Version);
            }
            else
            {
                isKnown = false;
            }
        }

        MemberVersions? support = isKnown ? new MemberVersions(highestMin, lowest) : null;
        host.Step(static (core, versions, _, _) => core.MembersSupport(versions), support, now);
    }

    /// <summary>The places of a group's members, a bit each.</summary>
    private uint MaskOf(GroupHost host)
    {
        uint mask = 0;
        foreach (Member member in host.Core.Members.Current)
        {
            int at = membership.IndexOf(member.Node);
            mask |= at >= 0 ? 1u << at : 0;
        }

        return mask;
    }
}
