using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// One group on one node: consensus, sessions, apply. Pure and synchronous: time, randomness and bytes are inputs, everything to be done is in <see cref="GroupOutputs"/>.
/// A turn is any number of inputs followed by <see cref="EndTurn"/>. Answers are given only for what is decided and applied here, so they may leave at once.
/// After any exception (<see cref="GroupHaltedException"/>, a broken invariant) the core takes nothing more but <see cref="Halt"/>. Called by the shard that owns the group.
/// </summary>
internal sealed class GroupCore
{
    private readonly GroupOptions _options;
    private readonly MachineContract _contract;
    private readonly Replica _replica;
    private readonly Applier _applier;
    private readonly Proposer _proposer;
    private readonly PendingCommands _commands;
    private readonly Reader _reader;
    private readonly RunningReplies _replies = new();
    private readonly Leadership _leadership;
    private readonly List<AppliedCommand> _applied = [];
    private CallTicket? _submitting;
    private bool _isInside;

    public GroupCore(GroupDescription description, MachineType machine, Holder holder, RecoveredState recovered, GroupOptions options)
    {
        Description = description;
        _options = options;
        _contract = machine.Contract;
        ImmutableArray<Member> members = [.. description.Members.Select(member => new Member(member.Replica, member.Priority))];
        _replica = new Replica(description.Self, members, recovered, options.Paxos);
        _applier = new Applier(description, machine, holder);
        _commands = new PendingCommands(options);
        _proposer = new Proposer(_replica, _commands, machine.Contract, holder, options);
        _leadership = new Leadership(_replica, description);
        _reader = new Reader(_replica, _applier, _leadership);
    }

    public GroupDescription Description { get; }

    public bool IsLeader => _leadership.IsLeader;

    /// <summary>The node believed to lead, or null.</summary>
    public string? LeaderNode => _leadership.LeaderNode;

    /// <summary>The last applied slot.</summary>
    public Slot Applied => _applier.Applied;

    /// <summary>The live machine of a key (of any key for partition-scoped machines), or null. For the node's own use on the shard's thread: the directory is read so.</summary>
    public object? Peek(string key) => _applier.States.Find(key);

    /// <summary>Applies what recovery decided. Call once, first.</summary>
    public void Start(Moment now, GroupOutputs outputs)
    {
        Enter();
        _replica.Start(outputs.Paxos);
        Absorb(now, outputs);
        Leave();
    }

    public void Receive(ReplicaId from, PeerMessage message, Moment now, GroupOutputs outputs)
    {
        Enter();
        _replica.Receive(from, message, outputs.Paxos);
        _leadership.OnReceived(from, message);
        Absorb(now, outputs);
        Leave();
    }

    /// <summary>A command or query from a client. Commands are gathered and proposed as one batch by <see cref="EndTurn"/>.</summary>
    public void Submit(CallTicket ticket, Call call, Moment now, GroupOutputs outputs)
    {
        Enter();
        _submitting = ticket;
        if (CallCheck.Mismatch(call, _contract, _options) is { } reason)
        {
            Reply(outputs, ticket, Answer.ContractMismatch(ticket, reason));
        }
        else if (call.IsQuery)
        {
            _reader.Submit(ticket, call, Limit(call), now, outputs);
            Absorb(now, outputs);
        }
        else
        {
            SubmitCommand(ticket, call, now, outputs);
        }

        _submitting = null;
        Leave();
    }

    /// <summary>Forgets who waits behind <paramref name="owner"/>: its connection is gone. Commands with a slot go on.</summary>
    public void Abandon(object owner)
    {
        Enter();
        _commands.Abandon(owner);
        _reader.Abandon(owner);
        _replies.Abandon(owner);
        Leave();
    }

    /// <summary>The delegate of a <c>From</c> has ended: <paramref name="value"/>, or the reason it failed.</summary>
    public void ReplyComputed(CommandId commandId, ReadOnlyMemory<byte>? value, string? failure, GroupOutputs outputs)
    {
        Enter();
        _replies.End(commandId, value, failure, outputs);
        Leave();
    }

    /// <summary>Proposes an entry at whose slot every replica hashes its state. False if this replica does not lead.</summary>
    public bool RequestStateCheck(ulong checkId)
    {
        Enter();
        bool isLeader = IsLeader;
        if (isLeader)
        {
            _proposer.AddStateCheck(checkId);
        }

        Leave();
        return isLeader;
    }

    /// <summary>The result of a check that this replica has applied, or null. The last 64 are kept.</summary>
    public StateCheckResult? FindStateCheck(ulong checkId) => _applier.Checks.Find(checkId);

    public void Synced(long writeNumber, Moment now, GroupOutputs outputs)
    {
        Enter();
        _replica.Synced(writeNumber, outputs.Paxos);
        Absorb(now, outputs);
        Leave();
    }

    /// <summary>A peer's node came or went.</summary>
    public void PeerChanged(ReplicaId peer, bool isUp, Moment now, GroupOutputs outputs)
    {
        Enter();
        _leadership.OnPeerChanged(peer, isUp);
        _replica.PeerChanged(peer, isUp, outputs.Paxos);
        Absorb(now, outputs);
        Leave();
    }

    public void Tick(Moment now, GroupOutputs outputs)
    {
        Enter();
        _replica.Tick(outputs.Paxos);
        Absorb(now, outputs);
        _reader.Expire(now, outputs);
        Leave();
    }

    /// <summary>Proposes what was gathered and applies what was decided.</summary>
    public void EndTurn(Moment now, GroupOutputs outputs)
    {
        Enter();
        foreach (Unproposed command in _proposer.Propose(_applier.LogTime, now, outputs))
        {
            foreach (CallTicket ticket in command.Pending.Tickets)
            {
                Reply(outputs, ticket, command.IsExpired ? Answer.Expired(ticket) : _leadership.Elsewhere(ticket));
            }

            bool wasWaiting = _commands.TryRemove(command.Pending.Call.CommandId, out _);
            Invariant.Require(wasWaiting);
        }

        Absorb(now, outputs);
        Leave();
    }

    /// <summary>
    /// Gives up, after an exception went through another member: what the broken turn wanted done is dropped, and everybody who waits is sent elsewhere
    /// instead of waiting for the whole of its deadline here.
    /// </summary>
    /// <param name="outputs">The broken turn's; holds the last answers afterwards and nothing else.</param>
    public void Halt(GroupOutputs outputs)
    {
        _isInside = true;
        CallTicket[] answeredInTurn = [.. outputs.Answers.Select(answer => answer.Ticket)];
        outputs.Clear();

        // "Not applied" would be a lie that lets a command run twice under two ids: one that has a slot may be decided by the others, one whose value is
        // being computed was applied. Which ones have a slot, and what the turn itself answered, is the word of a core that has just proved to be wrong.
        // So every command ends as unknown, and a retry under the same id finds its result with the next leader.
        var told = new HashSet<CallTicket>();
        foreach (CallTicket ticket in answeredInTurn.Concat(_commands.Tickets).Concat(_replies.Tickets).Where(told.Add))
        {
            Reply(outputs, ticket, Answer.LeadershipLost(ticket, null));
        }

        // A query changes nothing, and a call that broke the core on its way in was not gathered yet.
        CallTicket[] submitting = _submitting is { } submitted ? [submitted] : [];
        foreach (CallTicket ticket in _reader.Tickets.Concat(submitting).Where(told.Add))
        {
            Reply(outputs, ticket, Answer.NotLeader(ticket, null));
        }
    }

    private static void Reply(GroupOutputs outputs, CallTicket ticket, CallResult result) => outputs.Answers.Add((ticket, result));

    private void SubmitCommand(CallTicket ticket, Call call, Moment now, GroupOutputs outputs)
    {
        long deadlineMs = now.MonotonicMs + call.TimeoutMs;
        if (call.CommandId.Sequence <= call.AnsweredUpTo)
        {
            Reply(outputs, ticket, Answer.Of(ticket, Admission.AlreadyAnswered));
        }
        else if (TryAnswerFromSession(ticket, call, outputs) || _commands.TryJoin(ticket, call, deadlineMs))
        {
            // A retry: answered, or waiting with the first attempt. It needs no slot of its own.
        }
        else if (!_leadership.CanServe)
        {
            Reply(outputs, ticket, _leadership.Elsewhere(ticket));
        }
        else if (call.TimeoutMs <= 0)
        {
            Reply(outputs, ticket, Answer.Expired(ticket));
        }
        else if (Limit(call) is { } limit)
        {
            Reply(outputs, ticket, Answer.Overloaded(ticket, limit));
        }
        else
        {
            _commands.Gather(ticket, call, deadlineMs);
        }
    }

    /// <summary>Answers a retry whose result is in the applied state: it is decided, so any replica may tell it.</summary>
    private bool TryAnswerFromSession(CallTicket ticket, Call call, GroupOutputs outputs)
    {
        if (_applier.Sessions.Find(call.CommandId) is not { } session)
        {
            return false;
        }

        if (call.CommandId.Sequence <= session.AnsweredUpTo)
        {
            Reply(outputs, ticket, Answer.Of(ticket, Admission.AlreadyAnswered));
            return true;
        }

        // A replica that has not the computed value leaves the retry to the leader, which may be the one that has it.
        if (session.Find(call.CommandId.Sequence) is not { } result || (result is { IsComputedElsewhere: true, Reply: null } && !IsLeader))
        {
            return false;
        }

        RunningReplies.AnswerOrJoin(ticket, result, outputs);
        return true;
    }

    /// <summary>Which limit one more call would break, or null.</summary>
    private string? Limit(Call call)
    {
        if (!call.IsQuery && _applier.Sessions.Find(call.CommandId) is { } session && session.Open.Count >= _options.MaxOpenResults)
        {
            return $"The session has {session.Open.Count} results whose arrival was not acknowledged; the limit is {_options.MaxOpenResults}.";
        }

        return _commands.Limit(call, _reader.Waiting);
    }

    /// <summary>
    /// Takes over what a step of the replica brought. Decided batches first: a command decided in the step that ends the leadership has its true answer.
    /// Then the leadership, then reads, which need both.
    /// </summary>
    private void Absorb(Moment now, GroupOutputs outputs)
    {
        Effects effects = outputs.Paxos;
        foreach (EntryBatch batch in effects.Decided)
        {
            ApplyAndAnswer(batch, outputs);
        }

        effects.Decided.Clear();
        Invariant.Require(Applied == _replica.Decided, $"applied {Applied}, decided {_replica.Decided}");
        FollowLeadership(outputs);
        _reader.Absorb(now, outputs);
    }

    private void ApplyAndAnswer(EntryBatch batch, GroupOutputs outputs)
    {
        _applied.Clear();
        _applier.Apply(batch, _applied, outputs);
        foreach (AppliedCommand applied in _applied)
        {
            if (applied is { Admission: Admission.Execute, Result.Reply: not null })
            {
                _replies.Begin(applied.CommandId, applied.Result);
            }

            if (_commands.TryRemove(applied.CommandId, out PendingCommand? pending))
            {
                foreach (CallTicket ticket in pending.Tickets)
                {
                    if (applied.Result is { } result)
                    {
                        RunningReplies.AnswerOrJoin(ticket, result, outputs);
                    }
                    else
                    {
                        Reply(outputs, ticket, Answer.Of(ticket, applied.Admission));
                    }
                }
            }
        }
    }

    private void FollowLeadership(GroupOutputs outputs)
    {
        if (!_leadership.EndsEpoch())
        {
            return;
        }

        // Whether these are decided is now up to the next leader, even if that is this replica in another ballot.
        foreach (PendingCommand pending in _commands.RemoveProposed())
        {
            foreach (CallTicket ticket in pending.Tickets)
            {
                Reply(outputs, ticket, Answer.LeadershipLost(ticket, LeaderNode));
            }
        }
    }

    private void Enter()
    {
        // Also false after an exception went through a member: what it left half done must not be built on.
        Invariant.Require(!_isInside);
        _isInside = true;
    }

    private void Leave() => _isInside = false;
}
