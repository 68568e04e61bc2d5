using Dike.Node.Groups;
using Dike.Node.Shards;
using Dike.Paxos;
using Dike.Storage;

namespace Dike.Testing.Simulation;

/// <summary>Carries out what is done to groups, not to nodes: leadership is transferred, members change, snapshots are taken. As an operator would, through the group's leader.</summary>
internal sealed class GroupFaultDriver(SimulatedWorld world)
{
    private const int MostTries = 20;

    private readonly DeterministicRandom _random = new((ulong)world.Plan.Seed, 5);

    public void Begin(PlannedFault fault) => Begin(fault, 1 + _random.Next(world.Plan.Groups), MostTries);

    /// <summary>An operator tries again while there is no leader, or the leader cannot do it just now.</summary>
    private void Begin(PlannedFault fault, int group, int left)
    {
        int leader = world.Observer.LeaderOf(group);
        if (leader < 0)
        {
            TryAgain(fault, group, left);
            return;
        }

        SimulatedNode node = world.Nodes[leader];
        if (fault.Kind == FaultKind.LeadershipTransfer)
        {
            node.Post(new GroupOrder(new GroupId(group), (core, now, outputs) => Transfer(core, fault, group, left, now, outputs)));
        }
        else if (fault.Kind == FaultKind.MembershipChange)
        {
            node.Post(new GroupOrder(new GroupId(group), (core, _, _) => Change(core, fault.Variant)));
        }
    }

    private void Transfer(GroupCore core, PlannedFault fault, int group, int left, Moment now, GroupOutputs outputs)
    {
        if (core.Transfer(fault.Node >= 0 ? SimulatedNode.NameOf(fault.Node) : null, now, outputs) is null)
        {
            world.Probes.Fired(fault.Kind);
        }
        else
        {
            TryAgain(fault with { Node = -1 }, group, left);
        }
    }

    private void TryAgain(PlannedFault fault, int group, int left)
    {
        if (left > 0)
        {
            world.Time.In(250_000, () => Begin(fault, group, left - 1));
        }
    }

    /// <summary>Whether every group counts on the present directory of every member: nobody's data was lost that has not been replaced since.</summary>
    public bool AreComplete() => world.Nodes.All(node => !node.IsAlive || (node.Store.IsSynced && node.Shard.Groups.All.All(host => host.Core.Members.Current.All(IsPresent))));

    private bool IsPresent(Member member)
    {
        SimulatedNode node = world.Nodes.First(candidate => candidate.Name == member.Node);
        return node.Incarnation == member.Incarnation && !node.Store.IsDamaged;
    }

    private void Change(GroupCore core, long variant)
    {
        List<MemberPlace> places = [.. core.Members.Current.OrderByDescending(member => member.Priority).Select(member => new MemberPlace(member.Node, member.Incarnation))];
        List<MemberPlace> others =
        [
            .. world.Nodes.Where(node => node.IsAlive && places.All(place => place.Node != node.Name)).Select(node => new MemberPlace(node.Name, node.Incarnation)),
        ];
        ConfigurationId before = core.Members.Configuration;
        switch (variant % 4)
        {
            case 0 when others.Count >= 2 && places.Count < 5:
                places.AddRange(others.Take(2));
                break;
            case 1 when places.Count > 1:
                places.RemoveRange(places.Count - 2, 2);
                break;
            case 2 when others.Count > 0:
                places[_random.Next(places.Count)] = others[_random.Next(others.Count)];
                break;
            case 3 when others.Count >= places.Count:
                places = [.. others.Take(places.Count)];
                break;
            default:
                // The shape does not allow it: the preferred leader changes, which is a new configuration as well.
                places.Reverse();
                break;
        }

        core.Members.Keeper.Want([.. places]);
        Watch(core, before, 40);
    }

    private void Watch(GroupCore core, ConfigurationId before, int left) => world.Time.In(250_000, () =>
    {
        if (core.Members.Configuration != before)
        {
            world.Probes.Fired(FaultKind.MembershipChange);
        }
        else if (left > 0)
        {
            Watch(core, before, left - 1);
        }
    });
}
