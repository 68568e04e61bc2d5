using Dike.Node.Diagnostics;
using Dike.Node.Directory;
using Dike.Node.Groups;
using Dike.Paxos;

namespace Dike.Node.Shards;

/// <summary>
/// Makes the groups that this node runs: the directory first, then what the directory's applied state gives it. Every group starts from what the journal
/// recovered for it; one that starts empty although it had a log would forget its votes.
/// </summary>
internal sealed class GroupOpener
{
    private readonly ShardSetup _setup;
    private readonly Holder _holder;
    private readonly Action<GroupHost, Exception> _onHalted;
    private readonly DirectoryAgent _agent;
    private Slot _seen;

    public GroupOpener(ShardSetup setup, int self, Action<GroupHost, Exception> onHalted)
    {
        _setup = setup;
        _holder = new Holder(setup.Identity.Incarnation, setup.Identity.Boot);
        _onHalted = onHalted;
        _agent = new DirectoryAgent(setup.Membership, self);
    }

    public GroupHost OpenDirectory() => Make(_agent.DescribeDirectory(), new MachineType<DirectoryMachine>());

    /// <summary>The groups of this node in rings that the directory has learned of since the last call.</summary>
    public IReadOnlyList<GroupHost> OpenNew(GroupHost directory)
    {
        if (directory.IsHalted || directory.Core.Applied == _seen)
        {
            return [];
        }

        _seen = directory.Core.Applied;
        if (directory.Core.Peek("") is not DirectoryMachine machine)
        {
            return [];
        }

        var opened = new List<GroupHost>();
        foreach (DirectoryRing ring in _agent.TakeNewRings(machine))
        {
            GroupDescription[] here = [.. _agent.GroupsHere(ring)];
            MachineType? type = _setup.Machines.Find(ring.Machine);
            if (type is null && here.Length > 0)
            {
                NodeLog.UnknownMachine(_setup.Logger, _setup.Identity.Name, ring.Name, ring.Machine, string.Join(", ", _setup.Machines.Names), here.Length);
            }
            else if (type is not null)
            {
                opened.AddRange(here.Select(description => Make(description, type)));
                NodeLog.GroupsOpened(_setup.Logger, _setup.Identity.Name, here.Length, ring.Name, ring.Machine);
            }
        }

        return opened;
    }

    private GroupHost Make(GroupDescription description, MachineType machine)
    {
        RecoveredState recovered = _setup.Recovered.GetValueOrDefault(description.Group) ?? RecoveredState.Empty;
        var core = new GroupCore(description, machine, _holder, recovered, _setup.GroupOptions);
        Dictionary<ReplicaId, int> memberOf = description.Members.ToDictionary(member => member.Replica, member => _setup.Membership.IndexOf(member.Node));
        return new GroupHost(core, memberOf, _onHalted);
    }
}
