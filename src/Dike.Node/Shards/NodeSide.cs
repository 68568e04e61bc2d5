using Dike.Node.Diagnostics;
using Dike.Node.Directory;
using Dike.Node.Groups;
using Dike.Node.Liveness;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>
/// The half of a shard that concerns nodes, not groups: gives links, heartbeats and clocks to <see cref="NodeCore"/> and carries out what it wants, so that every
/// group hears of it. Owned by the shard.
/// </summary>
internal sealed class NodeSide
{
    private readonly ShardSetup _setup;
    private readonly GroupTable _groups;
    private readonly PeerOutbox[] _outboxes;
    private readonly NodeOutputs _outputs = new();
    private readonly PeerBriefing _briefing;
    private bool _mayLead = true;
    private bool _isStopping;

    public NodeSide(ShardSetup setup, int self, GroupTable groups, PeerOutbox[] outboxes)
    {
        _setup = setup;
        _groups = groups;
        _outboxes = outboxes;
        int members = setup.Membership.Members.Length;
        Core = new NodeCore(self, members, setup.Identity.Boot, (long)setup.ElectionTimeout.TotalMilliseconds);
        Core.SetBuild(BuildReport.Of(setup.Machines.Names.Select(name => setup.Machines.Find(name)!.Contract).Append(new MachineType<DirectoryMachine>().Contract)));
        _briefing = new PeerBriefing(setup.Membership, self, Core);
    }

    public NodeCore Core { get; }

    /// <summary>Whether who is there, or what they report, changed since the last call.</summary>
    public bool TakeChange()
    {
        bool isChanged = IsChanged;
        IsChanged = false;
        return isChanged;
    }

    private bool IsChanged { get; set; } = true;

    /// <summary>A turn begins: looks at the clocks.</summary>
    /// <returns>The moment as the groups see it: with the time of the cluster instead of this node's wall clock, so that one mad clock moves nothing.</returns>
    public Moment Begin(in Moment now)
    {
        Core.ObserveClocks(now, _outputs);
        Moment shared = now with { UtcTicks = Core.ClusterTicks(now.UtcTicks, now.MonotonicMs) };
        if (_outputs.ClockJumped)
        {
            _groups.StepAll(static (core, _, _, _) => core.DropLeases(), 0, shared);
        }

        CarryOut(now);
        return shared;
    }

    public void Opened(LinkOpened input, in Moment now)
    {
        if (input.Direction == LinkDirection.Outgoing)
        {
            _outboxes[input.Member].Link = input.Sender;
        }

        if (_briefing.Linked(input.Member, input.Incarnation))
        {
            Core.PeerReborn(input.Member, _outputs);
        }

        Core.LinkOpened(input.Member, input.Direction, input.Link, now, _outputs);
        IsChanged = true;
        CarryOut(now);
    }

    public void Closed(LinkClosed input, in Moment now)
    {
        if (input.Direction == LinkDirection.Outgoing && Core.IsSendingOn(input.Member, input.Link))
        {
            _outboxes[input.Member].Link = null;
        }

        Core.LinkClosed(input.Member, input.Direction, input.Link, input.Reason, now, _outputs);
        CarryOut(now);
    }

    public void Heard(HeartbeatReceived input, in Moment now)
    {
        Core.HeartbeatReceived(input.Member, input.Link, input.Heartbeat, now, _outputs);
        CarryOut(now);
    }

    public void Tick(in Moment now, long? oldestAppendMs)
    {
        Core.Tick(now, oldestAppendMs, _outputs);
        CarryOut(now);
        TellMayLead(now);
    }

    /// <summary>The node is about to stop as planned: it hands over what it leads.</summary>
    public void Stop(in Moment now)
    {
        _isStopping = true;
        TellMayLead(now);
    }

    /// <summary>Tells a group that is new here, or has other members now, all that is known.</summary>
    public void Brief(GroupHost host, in Moment now)
    {
        _briefing.TellAll(host, now);
        _briefing.TellVersions(host, now);
        host.Step(static (core, mayLead, moment, outputs) => core.SetMayLead(mayLead, moment, outputs), _mayLead, now);
    }

    /// <summary>Tells a group about one node, because it has just met a replica there.</summary>
    public void BriefAbout(GroupHost host, int member, in Moment now) => _briefing.Tell(host, member, now);

    private void TellMayLead(in Moment now)
    {
        bool mayLead = !_isStopping && !Core.IsClockOff;
        if (mayLead != _mayLead)
        {
            _mayLead = mayLead;
            _groups.StepAll(static (core, may, moment, outputs) => core.SetMayLead(may, moment, outputs), mayLead, now);
        }
    }

    private void CarryOut(in Moment now)
    {
        foreach (PeerChange change in _outputs.Changes)
        {
            NodeLog.PeerChanged(_setup.Logger, _setup.Identity.Name, _setup.Membership.Members[change.Member].Node, change.IsUp ? "up" : "down", change.Reason);
            foreach (GroupHost host in _groups.All)
            {
                _briefing.Tell(host, change.Member, change.IsUp, now);
            }
        }

        foreach (int member in _outputs.ViewChanges)
        {
            TellAbout(member, now);
        }

        // A member that halted a group is as good as gone for that group alone.
        foreach (int member in _outputs.Reports)
        {
            foreach (int group in Core.ReportOf(member).Halted)
            {
                if (_groups.Find(group) is { } host)
                {
                    _briefing.Tell(host, member, now);
                }
            }
        }

        if (_outputs.Reports.Count + _outputs.Changes.Count > 0)
        {
            foreach (GroupHost host in _groups.All)
            {
                _briefing.TellVersions(host, now);
            }
        }

        foreach ((int member, Heartbeat heartbeat) in _outputs.Heartbeats)
        {
            _outboxes[member].Send(FrameKind.Heartbeat, heartbeat.Write);
        }

        foreach (LinkCut cut in _outputs.Cuts)
        {
            if (Core.IsSendingOn(cut.Member, cut.Link))
            {
                _outboxes[cut.Member].Link?.Abort(cut.Reason);
            }
        }

        IsChanged |= _outputs.Changes.Count + _outputs.Reports.Count > 0;
        _outputs.Clear();
    }

    private void TellAbout(int member, in Moment now)
    {
        if (member == Core.Self)
        {
            return; // A replica knows its own links from those of the others.
        }

        foreach (GroupHost host in _groups.All)
        {
            _briefing.Tell(host, member, now);
        }
    }
}
