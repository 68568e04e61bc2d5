using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>What a command came to on this replica: the replicated part, and the delegates that only the holder of the request may run.</summary>
/// <param name="Result">The replicated part.</param>
/// <param name="Tail">The reply's tail, or null.</param>
/// <param name="Computation">Computes the value of a <c>From</c>, or null.</param>
internal readonly record struct CommandOutcome(StoredResult Result, ReplyTail? Tail, ReplyComputation? Computation)
{
    /// <summary>The answers that the command gave to tickets. None of a command that was rejected or failed: it leaves no trace.</summary>
    public IReadOnlyList<Completion> Completions { get; init; } = [];
}

/// <summary>
/// Runs one handler against one key so that it either takes effect whole or leaves no trace, alike on every replica. Called by the <see cref="Applier"/>
/// for each command that is to be executed, and for queries, which must not change anything.
/// </summary>
/// <remarks>
/// A handler may throw or reject after it has changed its fields. That is undone by a pre-image: the key's state is exported before every command
/// and imported after a failure. A key without a state has none to restore: its new machine is dropped.
/// </remarks>
#pragma warning disable CA1001 // The scratch lives as long as the group; disposing it would only give two small objects back to a pool.
internal sealed class CommandRunner
#pragma warning restore CA1001
{
    private readonly GroupDescription _description;
    private readonly MachineType _type;
    private readonly StateTable _states;
    private readonly MachineCallScratch _scratch = new();

    // What the context of the command being run is made from; one delegate for all commands, because few handlers ask for it.
    private readonly Func<CommandContext> _makeContext;
    private LogEntry _entry;
    private BatchHeader _header;
    private Slot _slot;
    private long _logTime;

    private readonly TicketDesk _desk;
    private int _version;

    public CommandRunner(GroupDescription description, MachineType type, StateTable states, SessionTable sessions)
    {
        _description = description;
        _type = type;
        _states = states;
        _desk = new GroupTickets(sessions, type.Contract);
        _makeContext = MakeContext;
    }

    /// <summary>Applies one command.</summary>
    /// <exception cref="GroupHaltedException">What happened is not a result of the command but of this process or build: other replicas may have applied it.</exception>
    public CommandOutcome Run(in LogEntry entry, BatchHeader header, int version, Slot slot, long logTime)
    {
        Invariant.Require(slot > _slot, $"slot {slot} after {_slot}");
        if (_type.Contract.Find(entry.Method) is not { IsQuery: false } method)
        {
            throw new GroupHaltedException(
                slot,
                $"this build of {_type.Contract.Name} has no command with the number {entry.Method:x8}. "
                + "Start this node with the build that the other members run.");
        }

        _entry = entry;
        _header = header;
        _version = version;
        _slot = slot;
        _logTime = logTime;
        _scratch.Prepare(_makeContext);
        object? existing = _states.Find(entry.Key);
        try
        {
            return existing is null ? RunOnNew() : RunOnExisting(existing);
        }
        catch (Exception exception) when (HandlerFailure.IsOfTheProcess(exception) && exception is not GroupHaltedException)
        {
            throw new GroupHaltedException(
                slot,
                $"{exception.GetType()} in {_type.Contract.Name}.{method.Name} on key '{entry.Key}' is a failure of this process, "
                + $"not a result of the command: {exception.Message}",
                exception);
        }
    }

    /// <summary>Runs one query against the key's machine, or against a fresh one that is not kept.</summary>
    /// <remarks>
    /// A failure of the process halts a replica only because what it stored could differ from the others. A query stores nothing, so nothing can differ,
    /// and the caller gets the failure as its answer. Halting here would let one caller's argument (the length of an array to allocate, say) take down one
    /// replica after another, as the client asks them in turn.
    /// </remarks>
    public StoredResult Query(Call call, Slot applied)
    {
        _scratch.Prepare(null);
        try
        {
            object? machine = _states.Find(call.Key);
            return machine is null && !_states.TryCreate(out machine, out Exception? failure)
                ? StoredResult.Failed(applied, failure)
                : Invoke(machine, call.Method, call.Arguments.Span, applied).Result;
        }
        catch (Exception exception) when (HandlerFailure.IsOfTheProcess(exception) && exception is not GroupHaltedException)
        {
            return StoredResult.Failed(applied, exception);
        }
    }

    private CommandContext MakeContext() => new(
        _type.Contract.Name,
        _description.Partition,
        _entry.Key,
        _slot.Value,
        _version,
        new DateTimeOffset(_logTime, TimeSpan.Zero),
        _header.Seed,
        _entry.CommandId,
        _desk);

    private CommandOutcome RunOnNew()
    {
        if (!_states.TryCreate(out object? machine, out Exception? failure))
        {
            return new CommandOutcome(StoredResult.Failed(_slot, failure), null, null);
        }

        CommandOutcome outcome = Invoke(machine, _entry.Method, _entry.Arguments.Span, _slot);
        if (outcome.Result.KeepsChanges && !IsForgotten())
        {
            _states.Put(_entry.Key, machine);
        }

        return outcome;
    }

    private CommandOutcome RunOnExisting(object machine)
    {
        if (!_states.TryExport(machine, out ReadOnlySpan<byte> state, out Exception? failure))
        {
            // State that cannot be exported could not be restored either, so the command is not run: its failure, on every replica.
            return new CommandOutcome(StoredResult.Failed(_slot, failure), null, null);
        }

        _states.BeforeChange(_entry.Key, state);
        CommandOutcome outcome = Invoke(machine, _entry.Method, _entry.Arguments.Span, _slot);
        if (!outcome.Result.KeepsChanges)
        {
            Undo();
        }
        else if (IsForgotten())
        {
            _states.Drop(_entry.Key);
        }

        return outcome;
    }

    private void Undo()
    {
        if (!_states.TryRestore(_entry.Key, out Exception? failure))
        {
            throw new GroupHaltedException(
                _slot,
                $"the command failed and the state of key '{_entry.Key}' before it cannot be imported again: {failure.GetType()}: {failure.Message}",
                failure);
        }
    }

    private bool IsForgotten() => _scratch.ContextIfUsed is { IsForgotten: true };

    private CommandOutcome Invoke(object machine, uint method, ReadOnlySpan<byte> arguments, Slot slot)
    {
        try
        {
            var call = new MachineCall(method, arguments, _scratch);
            DeferralScope.Enter(slot.Value, _entry.CommandId);
            _type.Invoke(machine, ref call);
        }
        catch (Exception exception) when (!HandlerFailure.IsOfTheProcess(exception))
        {
            // The handler's exception is a result like any other: decided, equal on all replicas, its changes undone by the caller of this method.
            // What is thrown before the arguments are decoded is the sender's mistake.
            _scratch.ContextIfUsed?.Freeze();
            return new CommandOutcome(
                _scratch.ArgumentsDecoded ? StoredResult.Failed(slot, exception) : StoredResult.ContractMismatch(slot, exception), null, null);
        }
        finally
        {
            DeferralScope.Leave();
        }

        _scratch.ContextIfUsed?.Freeze();
        Invariant.Require(!_scratch.IsUnknownMethod, $"method {method}");
        Invariant.Require(_scratch.IsCompleted, $"method {method}");
        ReplyTail? tail = _scratch.Tail;
        if (tail?.Code is { } code)
        {
            return new CommandOutcome(StoredResult.Rejected(slot, code, tail.Message), tail, null);
        }

        StoredResult result = tail is { IsDeferred: true } ? StoredResult.Deferred(slot)
            : _scratch.Computation is not null ? StoredResult.Computed(slot)
            : StoredResult.Done(slot, _scratch.Result.ToArray());
        return new CommandOutcome(result, tail, _scratch.Computation) { Completions = _scratch.ContextIfUsed?.Completions ?? [] };
    }
}
