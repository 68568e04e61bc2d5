using System.Runtime.InteropServices;
using Dike.Node.Diagnostics;
using Dike.Node.Groups;
using Dike.Node.Groups.Messages;
using Dike.Paxos;
using Dike.Storage;
using Dike.Wire;
using Microsoft.Extensions.Logging;

namespace Dike.Node.Shards;

/// <summary>
/// All groups of a node and what one turn does with them: steps every group that got an input, hands all records to the journal at once, sends one frame
/// per member, keeps what depends on a sync until the journal reports it, and lets answers leave. Synchronous; called by <see cref="ShardLoop"/> on one
/// thread, and by tests with a clock of their own.
/// </summary>
internal sealed class Shard
{
    private readonly ShardSetup _setup;
    private readonly GroupTable _groups = new();
    private readonly PeerOutbox[] _outboxes;
    private readonly NodeSide _node;
    private readonly SyncBarrier _barrier = new();
    private readonly List<LogRecord> _records = [];
    private readonly List<GroupHost> _touched = [];
    private readonly Comparisons _comparisons;
    private readonly Errands _errands;
    private readonly GroupOpener _opener;
    private readonly LeaderBoard _leaders;
    private Action? _onHandedOver;

    public Shard(ShardSetup setup)
    {
        _setup = setup;
        int self = setup.Membership.IndexOf(setup.Identity.Name);
        Invariant.Require(self >= 0, $"node {setup.Identity.Name}");
        _outboxes = [.. setup.Membership.Members.Select(_ => new PeerOutbox(setup.TargetFrameBytes))];
        _node = new NodeSide(setup, self, _groups, _outboxes);
        _comparisons = new Comparisons(setup.Membership, self, _outboxes);
        _opener = new GroupOpener(setup, OnHalted);
        _errands = new Errands(setup);
        _leaders = new LeaderBoard(setup, self, _node.Core);
        Routes = RoutingTable.Empty;
    }

    /// <summary>The routing table after the last turn. Safe to read from any thread.</summary>
    public RoutingTable Routes { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    /// <summary>The groups, for whoever looks on from outside between turns, on the shard's thread.</summary>
    public GroupTable Groups => _groups;

    /// <summary>Opens the directory, and with it every group that it gave this node before. Call once, first.</summary>
    public void Start(in Moment now)
    {
        Invariant.Require(_groups.All.Count == 0);
        Moment shared = _node.Begin(now);
        if (_opener.OpenDirectory() is { } directory)
        {
            Open(directory, shared);
        }

        EndTurn(shared);
    }

    /// <summary>One turn.</summary>
    /// <param name="inputs">What waited.</param>
    /// <param name="isTick">Whether a heartbeat interval has passed.</param>
    /// <param name="now">The clocks.</param>
    public void Turn(IReadOnlyList<ShardInput> inputs, bool isTick, in Moment now)
    {
        Moment shared = _node.Begin(now);
        foreach (ShardInput input in inputs)
        {
            Handle(input, now, shared);
        }

        if (isTick)
        {
            Tick(now, shared);
        }

        EndTurn(shared);
    }

    private void Handle(ShardInput input, in Moment now, in Moment shared)
    {
        switch (input)
        {
            case CallReceived call:
                OnCall(call, shared);
                break;
            case PeerMessagesReceived messages when _node.Core.IsCurrent(messages.Member, messages.Link):
                OnPeerMessages(messages, shared);
                break;
            case PositionSynced synced:
                OnSynced(synced.Position, shared);
                break;
            case HeartbeatReceived heartbeat:
                _node.Heard(heartbeat, now);
                break;
            case LinkOpened opened:
                _node.Opened(opened, now);
                break;
            case LinkClosed closed:
                _node.Closed(closed, now);
                break;
            case ReplyEnded ended:
                _groups.Find(ended.Group.Value)?.Step(static (core, reply, _, outputs) => core.ReplyComputed(reply.CommandId, reply.Value, reply.Failure, outputs), ended, shared);
                break;
            case OwnerGone gone:
                _groups.StepAll(static (core, owner, _, _) => core.Abandon(owner), gone.Owner, shared);
                _comparisons.Abandon(gone.Owner);
                break;
            case ComparisonAsked asked:
                _comparisons.Begin(asked.Sink, asked.Request, _groups.Find(asked.Request.Group), shared);
                break;
            case StateCheckAsked asked when _node.Core.IsCurrent(asked.Member, asked.Link):
                _comparisons.Reply(asked.Member, asked.Question, _groups.Find(asked.Question.Group));
                break;
            case StateCheckAnswered answered when _node.Core.IsCurrent(answered.Member, answered.Link):
                _comparisons.Answered(answered.Member, answered.Answer);
                break;
            case GroupOrder order:
                _groups.Find(order.Group.Value)?.Step(static (core, what, moment, outputs) => what.Do(core, moment, outputs), order, shared);
                break;
            case SnapshotSaved saved:
                _groups.Find(saved.Group.Value)?.Step(static (core, info, moment, outputs) => core.SnapshotSaved(info, moment, outputs), saved.Snapshot, shared);
                break;
            case SnapshotRead read:
                _groups.Find(read.Group.Value)?.Step(static (core, found, _, outputs) => core.SnapshotRead(found.Request, found.Blocks, outputs), read, shared);
                break;
            case MarkSaved saved:
                _groups.Find(saved.Group.Value)?.Step(static (core, mark, moment, outputs) => core.MarkDurable(mark, moment, outputs), saved.Mark, shared);
                break;
            case HandOverAsked asked:
                _onHandedOver = asked.Done;
                _node.Stop(shared);
                break;
            default:
                break; // A guarded case that did not apply: it came on a link that was replaced, and the groups were told that what was on it is lost.
        }
    }

    private void OnCall(CallReceived input, in Moment now)
    {
        Call call = input.Call;
        if (_groups.Find(call.Group) is not { } host)
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
        foreach (PeerEnvelope envelope in input.Envelopes)
        {
            GroupHost? host = _groups.Find(envelope.Group.Value);
            if (envelope.Own is Invite invite)
            {
                OnInvited(envelope, invite, input.Member, host, now);
            }
            else if (host is not null && envelope.To == host.Core.Members.Here.Id && host.Accepts(envelope.From, input.Member, out bool isNew))
            {
                if (isNew)
                {
                    _node.BriefAbout(host, input.Member, now);
                }

                Deliver(host, envelope, now);
            }
        }
    }

    private static void Deliver(GroupHost host, in PeerEnvelope envelope, in Moment now)
    {
        if (envelope.Message is not null)
        {
            host.Step(static (core, received, moment, outputs) => core.Receive(received.From, received.Message!, moment, outputs), envelope, now);
        }
        else
        {
            host.Step(static (core, received, moment, outputs) => core.ReceiveGroup(received.From, received.Own!, moment, outputs), envelope, now);
        }
    }

    /// <summary>An invitation is for this very incarnation: an old one, meant for a directory that is lost, opens nothing.</summary>
    private void OnInvited(in PeerEnvelope envelope, Invite invite, int place, GroupHost? host, in Moment now)
    {
        if (invite.Here.Node != _setup.Identity.Name || invite.Here.Incarnation != _setup.Identity.Incarnation)
        {
            return;
        }

        if (host is not null)
        {
            // Who was away for several configurations may know none of the present members: the one that invites is whom it can learn from.
            if (host.Accepts(envelope.From, place, out bool isNew))
            {
                Deliver(host, envelope, now);
            }

            if (isNew)
            {
                _node.BriefAbout(host, place, now);
            }
        }
        else if (_opener.OpenInvited(envelope.Group, invite.Here, invite.Members, _groups.Directory) is { } opened)
        {
            Open(opened, now);
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

    private void Tick(in Moment now, in Moment shared)
    {
        _node.Tick(now, _barrier.OldestMs);
        foreach (GroupHost host in _groups.All)
        {
            if (host.NeedsTick)
            {
                host.Step(static (core, _, moment, outputs) => core.Tick(moment, outputs), 0, shared);
            }
        }

        _comparisons.Tick(shared.MonotonicMs);
    }

    private void EndTurn(in Moment now)
    {
        foreach (GroupHost host in _groups.All)
        {
            if (host.IsTouched)
            {
                host.Step(static (core, _, moment, outputs) => core.EndTurn(moment, outputs), 0, now);
            }
        }

        OpenNew(now);
        BriefChanged(now);
        _touched.AddRange(_groups.All.Where(host => host.IsTouched));
        Append(now.MonotonicMs);
        foreach (GroupHost host in _touched)
        {
            CarryOut(host);
        }

        if (_leaders.Update(_touched) | _node.TakeChange())
        {
            _leaders.Report(_groups.All);
            Routes = _leaders.MakeRoutes(_groups);
        }

        _touched.Clear();
        EndHandOver();
        foreach (PeerOutbox outbox in _outboxes)
        {
            outbox.Flush();
        }
    }

    /// <summary>Opens the groups that the directory has given this node since the last turn.</summary>
    private void OpenNew(in Moment now)
    {
        if (_groups.Directory is not { } directory)
        {
            return;
        }

        foreach (GroupHost opened in _opener.OpenNew(directory, _groups))
        {
            Open(opened, now);
            opened.Step(static (core, _, moment, outputs) => core.EndTurn(moment, outputs), 0, now);
        }
    }

    private void Open(GroupHost host, in Moment now)
    {
        _groups.Add(host);
        _leaders.MarkChanged();
        host.RememberMembers();
        host.Step(static (core, _, moment, outputs) => core.Start(moment, outputs), 0, now);
        _node.Brief(host, now);
    }

    /// <summary>Groups whose members changed in this turn are told about all nodes: for the new members it is the first time.</summary>
    private void BriefChanged(in Moment now)
    {
        foreach (GroupHost host in _groups.All)
        {
            if (host.Outputs.Paxos.ConfigurationChanged)
            {
                host.Outputs.Paxos.ConfigurationChanged = false;
                _leaders.MarkChanged();
                NoteMembers(host);
                host.RememberMembers();
                _node.Brief(host, now);
            }
        }
    }

    private void NoteMembers(GroupHost host)
    {
        if (_setup.Logger.IsEnabled(LogLevel.Debug))
        {
            GroupMembers members = host.Core.Members;
            string names = string.Join(", ", members.Current.Select(member => $"{member.Node} ({member.Id})"));
            NodeLog.MembersChanged(_setup.Logger, _setup.Identity.Name, host.Description.Group.Value, members.Configuration.Value, names, members.Here.Id.Value, members.Role);
        }
    }

    private void EndHandOver()
    {
        if (_onHandedOver is { } done && !_groups.All.Any(host => host is { IsHalted: false, Core.IsTransferring: true }))
        {
            _onHandedOver = null;
            done();
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

        _errands.Run(host);
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
