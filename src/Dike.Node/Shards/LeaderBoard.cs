using System.Collections.Immutable;
using Dike.Node.Directory;
using Dike.Node.Liveness;
using Dike.Paxos;

namespace Dike.Node.Shards;

/// <summary>
/// Who leads which group, as far as this node knows: from its own replicas, and for groups that it has no replica of from what the other nodes report
/// with their heartbeats. Makes the report of this node and the routing table. Owned by the shard.
/// </summary>
internal sealed class LeaderBoard(ShardSetup setup, int self, NodeCore node)
{
    private readonly Dictionary<int, string> _leaders = [];
    private bool _isChanged = true;

    public void MarkChanged() => _isChanged = true;

    /// <summary>Looks at the groups of the turn. True if report and routing table are to be made anew.</summary>
    public bool Update(List<GroupHost> touched)
    {
        foreach (GroupHost host in touched)
        {
            int group = Number(host);
            string? leader = host.IsHalted ? null : host.Core.LeaderNode;
            if (leader != _leaders.GetValueOrDefault(group))
            {
                _isChanged = true;
                Note(group, leader);
            }
        }

        bool isChanged = _isChanged;
        _isChanged = false;
        return isChanged;
    }

    /// <summary>Tells the other nodes, with the next heartbeat, what this one leads and has halted.</summary>
    public void Report(IReadOnlyList<GroupHost> all)
    {
        ImmutableArray<int> led = [.. all.Where(host => !host.IsHalted && host.Core.IsLeader).Select(Number).Order()];
        ImmutableArray<int> halted = [.. all.Where(host => host.IsHalted).Select(Number).Order()];
        node.SetReport(new GroupReport(led, halted));
    }

    public RoutingTable MakeRoutes(GroupTable groups)
    {
        var machine = groups.Directory?.Core.Peek("") as DirectoryMachine;
        return RoutingTables.Make(machine, setup.Membership, setup.AddressOf, LeaderOf, group => MembersOf(groups, group));
    }

    /// <summary>Who runs a group by its own log, if this node has a replica of it that has not left; otherwise null: the directory's word counts.</summary>
    private static ImmutableArray<string>? MembersOf(GroupTable groups, int group) =>
        groups.Find(group) is { IsHalted: false } host && host.Core.Members is { Role: ReplicaRole.Voter } members
            ? [.. members.Current.OrderByDescending(member => member.Priority).Select(member => member.Node)]
            : null;

    private static int Number(GroupHost host) => host.Description.Group.Value;

    private void Note(int group, string? leader)
    {
        if (leader is null)
        {
            _leaders.Remove(group);
        }
        else
        {
            _leaders[group] = leader;
        }
    }

    private string? LeaderOf(int group)
    {
        if (_leaders.TryGetValue(group, out string? leader))
        {
            return leader;
        }

        for (int member = 0; member < setup.Membership.Members.Length; member++)
        {
            if (member != self && node.ReportOf(member).Led.BinarySearch(group) >= 0)
            {
                return setup.Membership.Members[member].Node;
            }
        }

        return null;
    }
}
