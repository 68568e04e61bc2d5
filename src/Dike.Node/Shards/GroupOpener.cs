using System.Collections.Immutable;
using Dike.Node.Diagnostics;
using Dike.Node.Directory;
using Dike.Node.Groups;
using Dike.Node.Groups.Snapshots;
using Dike.Paxos;
using Dike.Storage;

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

    public GroupOpener(ShardSetup setup, Action<GroupHost, Exception> onHalted)
    {
        _setup = setup;
        _holder = new Holder(setup.Identity.Incarnation, setup.Identity.Boot);
        _onHalted = onHalted;
        _agent = new DirectoryAgent(setup.Membership, setup.Identity);
    }

    /// <summary>The directory's group if this node founded it or was admitted to it; null for one that came back empty: it waits to be invited.</summary>
    public GroupHost? OpenDirectory()
    {
        GroupDescription founded = _agent.DescribeDirectory();
        return TryDescribe(GroupId.Directory, founded.Ring, 0, founded) is { } description ? Make(description, new MachineType<DirectoryMachine>()) : null;
    }

    /// <summary>A group that this node is invited to as a learner; null if the directory here does not know it (yet) or this build lacks its machine.</summary>
    public GroupHost? OpenInvited(GroupId group, Member here, ImmutableArray<Member> members, GroupHost? directory)
    {
        ImmutableArray<GroupMember> known = [.. members.Select(GroupMember.Of)];
        if (group == GroupId.Directory)
        {
            return Make(new GroupDescription(group, DirectoryMachine.WireName, 0, known, here.Id) { Here = here }, new MachineType<DirectoryMachine>());
        }

        if (directory?.Core.Peek("") is not DirectoryMachine machine || DirectoryAgent.Find(machine, group) is not { } place || _setup.Machines.Find(place.Ring.Machine) is not { } type)
        {
            return null;
        }

        return Make(new GroupDescription(group, place.Ring.Name, place.Partition, known, here.Id) { Here = here }, type);
    }

    /// <summary>The groups of this node in rings that the directory has learned of since the last call.</summary>
    public IReadOnlyList<GroupHost> OpenNew(GroupHost directory, GroupTable open)
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
            GroupDescription[] here = [.. DescribeHere(ring).Where(description => open.Find(description.Group.Value) is null)];
            MachineType? type = _setup.Machines.Find(ring.Machine);
            if (type is null && here.Length > 0)
            {
                NodeLog.UnknownMachine(_setup.Logger, _setup.Identity.Name, ring.Name, ring.Machine, string.Join(", ", _setup.Machines.Names), here.Length);
            }
            else if (type is not null)
            {
                opened.AddRange(here.Select(description => Make(description, type)).OfType<GroupHost>());
                NodeLog.GroupsOpened(_setup.Logger, _setup.Identity.Name, here.Length, ring.Name, ring.Machine);
            }
        }

        return opened;
    }

    /// <summary>The groups of a ring that this node founded, and those that its journal says it was admitted to.</summary>
    private IEnumerable<GroupDescription> DescribeHere(DirectoryRing ring)
    {
        Dictionary<GroupId, GroupDescription> founded = _agent.FoundedHere(ring).ToDictionary(description => description.Group);
        for (int partition = 0; partition < ring.Groups.Count; partition++)
        {
            var group = new GroupId(ring.Groups[partition].Number);
            if (TryDescribe(group, ring.Name, partition, founded.GetValueOrDefault(group)) is { } description)
            {
                yield return description;
            }
        }
    }

    /// <summary>What the journal says about this node's replica wins over the founding: it may have been admitted later, under another id.</summary>
    private GroupDescription? TryDescribe(GroupId group, string ring, int partition, GroupDescription? founded)
    {
        if (_setup.Recovered.TryGetValue(group, out RecoveredState? recovered) && recovered.Self != ReplicaId.None)
        {
            ImmutableArray<GroupMember> members = [.. recovered.Members.Select(GroupMember.Of)];
            var here = new Member(recovered.Self, 0, _setup.Identity.Name, _setup.Identity.Incarnation);
            return new GroupDescription(group, ring, partition, members, recovered.Self) { Here = here };
        }

        return founded is not null && founded.Self != ReplicaId.None ? founded : null;
    }

    /// <summary>Makes the group, or says why it cannot be: then it is not here, and the others go on without this replica.</summary>
    private GroupHost? Make(GroupDescription description, MachineType machine)
    {
        RecoveredState recovered = _setup.Recovered.GetValueOrDefault(description.Group) ?? RecoveredState.Empty;
        try
        {
            SnapshotContent? snapshot = recovered.Snapshot is { } info ? _setup.Snapshots.Load(description.Group, info) : null;
            var core = new GroupCore(description, machine, _holder, recovered, _setup.GroupOptions, _setup.Marks.Read(description.Group), snapshot);
            return new GroupHost(core, _setup.Membership.IndexOf, _onHalted);
        }
        catch (Exception error) when (error is GroupHaltedException or LogDamagedException)
        {
            NodeLog.GroupNotOpened(_setup.Logger, _setup.Identity.Name, description.Group.Value, error.Message);
            return null;
        }
    }
}
