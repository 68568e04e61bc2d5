using System.Runtime.InteropServices;
using Dike.Node.Diagnostics;
using Dike.Node.Groups;
using Dike.Node.Liveness;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>
/// All groups of a node and what one turn does with them: steps every group that got an input, hands all records to the journal at once, sends one frame
/// per member, keeps what depends on a sync until the journal reports it, and lets answers leave. Synchronous; called by <see cref="ShardLoop"/> on one
/// thread, and by tests with a clock of their own.
/// </summary>
internal sealed class Shard
{
    private readonly ShardSetup _setup;
    private readonly int _self;
    private readonly Dictionary<int, GroupHost> _groups = [];
    private readonly List<GroupHost> _ordered = [];
    private readonly PeerOutbox[] _outboxes;
    private readonly NodeCore _node;
    private readonly NodeOutputs _nodeOutputs = new();
    private readonly SyncBarrier _barrier = new();
    private readonly List<LogRecord> _records = [];
    private readonly List<GroupHost> _touched = [];
    private readonly Comparisons _comparisons;
    private readonly GroupOpener _opener;
    private readonly LeaderBoard _leaders;

    public Shard(ShardSetup setup)
    {
        _setup = setup;
        _self = setup.Membership.IndexOf(setup.Identity.Name, setup.Identity.Incarnation);
        // An incarnation that the membership does not name never gets a shard, and so never a vote.
        Invariant.Require(_self >= 0);
        int members = setup.Membership.Members.Length;
        _node = new NodeCore(_self, members, setup.Identity.Boot, (long)setup.ElectionTimeout.TotalMilliseconds);
        _outboxes = [.. Enumerable.Range(0, members).Select(_ => new PeerOutbox(setup.TargetFrameBytes))];
        _comparisons = new Comparisons(setup.Membership, _self, _outboxes);
        _opener = new GroupOpener(setup, _self, OnHalted);
        _leaders = new LeaderBoard(setup, _self, _node);
        Routes = RoutingTable.Empty;
    }

    /// <summary>The routing table after the last turn. Safe to read from any thread.</summary>
    public RoutingTable Routes { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    /// <summary>Opens the directory, and with it every group that it gave this node before. Call once, first.</summary>
    public void Start(in Moment now)
    {
        Invariant.Require(_ordered.Count == 0);
        Open(_opener.OpenDirectory(), now);
        EndTurn(now);
    }

    /// <summary>One turn.</summary>
    /// <param name="inputs">What waited.</param>
    /// <param name="isTick">Whether a heartbeat interval has passed.</param>
    /// <param name="now">The clocks.</param>
    public void Turn(IReadOnlyList<ShardInput> inputs, bool isTick, in Moment now)
    {
        foreach (ShardInput input in inputs)
        {
            Handle(input, now);
        }

        if (isTick)
        {
            Tick(now);
        }

        EndTurn(now);
    }

    private void Handle(ShardInput input, in Moment now)
    {
        switch (input)
        {
            case CallReceived call:
                OnCall(call, now);
                break;
            case PeerMessagesReceived messages:
                OnPeerMessages(messages, now);
                break;
            case PositionSynced synced:
                OnSynced(synced.Position, now);
                break;
            case HeartbeatReceived heartbeat:
                _node.HeartbeatReceived(heartbeat.Member, heartbeat.Link, heartbeat.Heartbeat, now.MonotonicMs, _nodeOutputs);
                CarryOutNode(now);
                break;
            case LinkOpened opened:
                OnLinkOpened(opened, now);
                break;
            case LinkClosed closed:
                OnLinkClosed(closed, now);
                break;
            case ReplyEnded ended when _groups.TryGetValue(ended.Group.Value, out GroupHost? host):
                host.Step(static (core, reply, _, outputs) => core.ReplyComputed(reply.CommandId, reply.Value, reply.Failure, outputs), ended, now);
                break;
            case OwnerGone gone:
                _ordered.ForEach(host => host.Step(static (core, owner, _, _) => core.Abandon(owner), gone.Owner, default));
                _comparisons.Abandon(gone.Owner);
                break;
            case ComparisonAsked asked:
                _comparisons.Begin(asked.Sink, asked.Request, _groups.GetValueOrDefault(asked.Request.Group), now);
                break;
            case StateCheckAsked asked when _node.IsCurrent(asked.Member, asked.Link):
                _comparisons.Reply(asked.Member, asked.Question, _groups.GetValueOrDefault(asked.Question.Group));
                break;
            case StateCheckAnswered answered when _node.IsCurrent(answered.Member, answered.Link):
                _comparisons.Answered(answered.Member, answered.Answer);
                break;
            default:
                break; // A guarded case that did not apply: its group is not here, or its link was replaced.
        }
    }

    private void OnCall(CallReceived input, in Moment now)
    {
        Call call = input.Call;
        if (!_groups.TryGetValue(call.Group, out GroupHost? host))
        {
            Answer(input.Ticket, new CallResult(call.Correlation, CallStatus.UnknownGroup, Outcome.NotApplied, 0, "", $"Node '{_setup.Identity.Name}' runs no replica of group {call.Group}.", default));
        }
        else if (host.IsHalted)
        {
            Answer(input.Ticket, new CallResult(call.Correlation, CallStatus.NotLeader, Outcome.NotApplied, 0, "", "", default));
        }
        else
        {
            host.Step(static (core, received, moment, outputs) => core.Submit(received.Ticket, received.Call, moment, outputs), input, now);
        }
    }

    private void OnPeerMessages(PeerMessagesReceived input, in Moment now)
    {
        if (!_node.IsCurrent(input.Member, input.Link))
        {
            return; // Still under way on a link that was replaced: the groups were told that they are lost.
        }

        foreach (PeerEnvelope envelope in input.Envelopes)
        {
            // A node speaks for its own replicas only; a group that is not open here yet is sent to again later.
            if (_groups.TryGetValue(envelope.Group.Value, out GroupHost? host)
                && envelope.To == host.Description.Self
                && host.TryFindMember(envelope.From, out int member)
                && member == input.Member)
            {
                host.Step(static (core, received, moment, outputs) => core.Receive(received.From, received.Message, moment, outputs), envelope, now);
            }
        }
    }

    private void OnSynced(LogPosition position, in Moment now)
    {
        NodeMetrics.Syncs.Add(1);
        while (_barrier.TryRelease(position, out GroupHost host, out long number))
        {
            host.NoteSynced(number);
            host.Step(static (core, synced, moment, outputs) => core.Synced(synced, moment, outputs), number, now);
        }
    }

    private void OnLinkOpened(LinkOpened input, in Moment now)
    {
        if (input.Direction == LinkDirection.Outgoing)
        {
            _outboxes[input.Member].Link = input.Sender;
        }

        _node.LinkOpened(input.Member, input.Direction, input.Link, _nodeOutputs);
        CarryOutNode(now);
        _leaders.MarkChanged();
    }

    private void OnLinkClosed(LinkClosed input, in Moment now)
    {
        if (input.Direction == LinkDirection.Outgoing && _node.IsSendingOn(input.Member, input.Link))
        {
            _outboxes[input.Member].Link = null;
        }

        _node.LinkClosed(input.Member, input.Direction, input.Link, input.Reason, _nodeOutputs);
        CarryOutNode(now);
    }

    private void Tick(in Moment now)
    {
        bool isWorking = _barrier.OldestMs is not { } oldest || now.MonotonicMs - oldest <= (long)_setup.ElectionTimeout.TotalMilliseconds;
        _node.Tick(now.MonotonicMs, isWorking, _nodeOutputs);
        CarryOutNode(now);
        foreach (GroupHost host in _ordered)
        {
            host.Step(static (core, _, moment, outputs) => core.Tick(moment, outputs), 0, now);
        }

        _comparisons.Tick(now.MonotonicMs);
    }

    private void CarryOutNode(in Moment now)
    {
        foreach (PeerChange change in _nodeOutputs.Changes)
        {
            NodeLog.PeerChanged(_setup.Logger, _setup.Identity.Name, _setup.Membership.Members[change.Member].Node, change.IsUp ? "up" : "down", change.Reason);
            foreach (GroupHost host in _ordered)
            {
                TellPeer(host, change.Member, now);
            }
        }

        // A member that halted a group is as good as gone for that group alone.
        foreach (int member in _nodeOutputs.Reports)
        {
            foreach (int group in _node.ReportOf(member).Halted)
            {
                if (_groups.TryGetValue(group, out GroupHost? host))
                {
                    TellPeer(host, member, now);
                }
            }
        }

        foreach ((int member, Heartbeat heartbeat) in _nodeOutputs.Heartbeats)
        {
            _outboxes[member].Send(FrameKind.Heartbeat, heartbeat.Write);
        }

        foreach (LinkCut cut in _nodeOutputs.Cuts)
        {
            if (_node.IsSendingOn(cut.Member, cut.Link))
            {
                _outboxes[cut.Member].Link?.Abort(cut.Reason);
            }
        }

        if (_nodeOutputs.Changes.Count + _nodeOutputs.Reports.Count > 0)
        {
            _leaders.MarkChanged();
        }

        _nodeOutputs.Clear();
    }

    private void TellPeer(GroupHost host, int member, Moment now)
    {
        string node = _setup.Membership.Members[member].Node;
        GroupMember? replica = host.Description.Members.FirstOrDefault(candidate => candidate.Node == node);
        if (replica is not null)
        {
            bool isUp = _node.IsUp(member) && !_node.ReportOf(member).Halted.Contains(host.Description.Group.Value);
            host.Step(
                static (core, peer, moment, outputs) => core.PeerChanged(peer.Replica, peer.IsUp, moment, outputs), (replica.Replica, IsUp: isUp), now);
        }
    }

    private void EndTurn(in Moment now)
    {
        foreach (GroupHost host in _ordered)
        {
            if (host.IsTouched)
            {
                host.Step(static (core, _, moment, outputs) => core.EndTurn(moment, outputs), 0, now);
            }
        }

        foreach (GroupHost opened in _opener.OpenNew(_groups[0]))
        {
            Open(opened, now);
            opened.Step(static (core, _, moment, outputs) => core.EndTurn(moment, outputs), 0, now);
        }

        _touched.AddRange(_ordered.Where(host => host.IsTouched));
        Append(now.MonotonicMs);
        foreach (GroupHost host in _touched)
        {
            CarryOut(host);
        }

        if (_leaders.Update(_touched))
        {
            _leaders.Report(_ordered);
            Routes = _leaders.MakeRoutes(_groups);
        }

        _touched.Clear();
        foreach (PeerOutbox outbox in _outboxes)
        {
            outbox.Flush();
        }
    }

    private void Open(GroupHost host, in Moment now)
    {
        _groups.Add(host.Description.Group.Value, host);
        _ordered.Add(host);
        _leaders.MarkChanged();
        host.Step(static (core, _, moment, outputs) => core.Start(moment, outputs), 0, now);
        for (int member = 0; member < _outboxes.Length; member++)
        {
            if (member != _self && _node.IsUp(member))
            {
                TellPeer(host, member, now);
            }
        }
    }

    /// <summary>Hands the records of all groups to the journal in one append, and remembers who waits for it.</summary>
    private void Append(long nowMs)
    {
        List<(GroupHost Host, long Last)> writers = [];
        foreach (GroupHost host in _touched)
        {
            if (host.TakeWrites(_records) is > 0 and long last)
            {
                writers.Add((host, last));
            }
        }

        if (_records.Count == 0)
        {
            return;
        }

        LogPosition position = _setup.Store.Append(CollectionsMarshal.AsSpan(_records));
        NodeMetrics.Appends.Add(1);
        NodeMetrics.Records.Add(_records.Count);
        _records.Clear();
        foreach ((GroupHost host, long last) in writers)
        {
            _barrier.Add(position, host, last, nowMs);
        }
    }

    private void CarryOut(GroupHost host)
    {
        GroupOutputs outputs = host.Outputs;
        host.ReleaseSends(_outboxes);
        host.SendNow(_outboxes);
        foreach ((CallTicket ticket, CallResult result) in outputs.Answers)
        {
            Answer(ticket, result);
        }

        foreach (ReplyWork work in outputs.Replies)
        {
            _setup.Replies.Run(host.Description.Group, work);
        }

        foreach (StateCheckResult check in outputs.StateChecks)
        {
            _comparisons.Hashed(host, check);
        }

        outputs.Clear();
        host.IsTouched = false;
    }

    private static void Answer(CallTicket ticket, CallResult result) => ((IAnswerSink)ticket.Owner).Answer(result);

    private void OnHalted(GroupHost host, Exception error)
    {
        NodeLog.GroupHalted(_setup.Logger, _setup.Identity.Name, host.Description.Group.Value, host.Description.Ring, host.Description.Partition, error);
        _leaders.MarkChanged();
    }
}
