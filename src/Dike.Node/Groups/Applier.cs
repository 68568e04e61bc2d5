using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>A command whose slot has just been applied: what to answer whoever waits for it on this node.</summary>
/// <param name="CommandId">The command.</param>
/// <param name="Admission">What the session table said: it was executed now, or not.</param>
/// <param name="Result">Its result; null if the session keeps none.</param>
internal readonly record struct AppliedCommand(CommandId CommandId, Admission Admission, StoredResult? Result);

/// <summary>
/// Turns decided batches into state: in slot order, every slot once, without gaps. Owns the replicated state of a group (log time, sessions, machines), which
/// depends on the decided log and on nothing else: no clock, no option, no randomness of this process. Called by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class Applier
{
    private readonly MachineType _type;
    private readonly Holder _self;
    private readonly CommandRunner _runner;

    public Applier(GroupDescription description, MachineType type, Holder self)
    {
        _type = type;
        _self = self;
        States = new StateTable(type);
        _runner = new CommandRunner(description, type, States);
    }

    /// <summary>The last applied slot.</summary>
    public Slot Applied { get; private set; }

    /// <summary>The greatest log time of the applied batches, in ticks of UTC. Never goes back, across leaders too.</summary>
    public long LogTime { get; private set; }

    public SessionTable Sessions { get; } = new();

    public StateTable States { get; }

    public StateChecks Checks { get; } = new();

    /// <summary>Applies one decided batch. What commands came to is added to <paramref name="applied"/>, in slot order.</summary>
    /// <exception cref="GroupHaltedException">This replica cannot apply the log any further.</exception>
    public void Apply(EntryBatch batch, List<AppliedCommand> applied, GroupOutputs outputs)
    {
        // Applying a slot twice, or leaving one out, is the fault that no later check can repair: the state would be wrong on this replica alone,
        // and every answer from it too. So the position is compared with the log's own numbering, not counted.
        Invariant.Require(batch.First == Applied + 1, $"applied {Applied}, next {batch}");
        switch (batch.Kind)
        {
            case EntryKind.EpochStart:
                Invariant.Require(batch.Count == 1, $"{batch}");
                Applied = batch.Last;
                break;
            case EntryKind.Commands:
                ApplyCommands(batch, applied, outputs);
                break;
            default:
                throw new GroupHaltedException(batch.First, $"the batch {batch} is of a kind that this build does not know.");
        }

        Invariant.Require(Applied == batch.Last, $"applied {Applied}, last of {batch}");
    }

    /// <summary>Runs a query on the applied state.</summary>
    public StoredResult Query(Call call) => _runner.Query(call, Applied);

    private void ApplyCommands(EntryBatch batch, List<AppliedCommand> applied, GroupOutputs outputs)
    {
        LogBatch decoded = Decode(batch);
        long previous = LogTime;
        LogTime = Math.Max(previous, decoded.Header.LogTime);
        Invariant.Require(LogTime >= previous, $"{LogTime} after {previous}");
        Sessions.Expire(LogTime, decoded.Header.SessionExpiry);
        foreach (ref readonly LogEntry entry in decoded.Entries.AsSpan())
        {
            Slot slot = Applied + 1;
            switch (entry.Kind)
            {
                case LogEntryKind.Command:
                    applied.Add(ApplyCommand(entry, decoded.Header, slot, outputs));
                    break;
                case LogEntryKind.StateCheck:
                    var check = new StateCheckResult(entry.CheckId, slot.Value, StateHash.Compute(LogTime, Sessions, States));
                    Checks.Add(check);
                    outputs.StateChecks.Add(check);
                    break;
                default:
                    throw new GroupHaltedException(slot, $"the entry is of kind {entry.Kind}, which this build does not know.");
            }

            Applied = slot;
        }
    }

    private AppliedCommand ApplyCommand(in LogEntry entry, BatchHeader header, Slot slot, GroupOutputs outputs)
    {
        Admission admission = Sessions.Admit(entry.CommandId, entry.AnsweredUpTo, LogTime, out StoredResult? result);
        if (admission != Admission.Execute)
        {
            return new AppliedCommand(entry.CommandId, admission, result);
        }

        CommandOutcome outcome = _runner.Run(entry, header, slot, LogTime);

        // Delegates run on the process that held the request when the entry was proposed, and there only because it applies the entry now: the log
        // read again after a restart names an older boot, so nobody runs them a second time.
        bool isHolder = entry.Holder == _self;
        result = isHolder && outcome.Computation is not null ? outcome.Result with { Reply = new RunningReply() } : outcome.Result;
        Sessions.Store(entry.CommandId, result);
        ImmutableArray<Func<ReplyContext, ValueTask>> then = outcome.Tail?.Then ?? [];
        if (isHolder && (outcome.Computation is not null || then.Length > 0))
        {
            outputs.Replies.Add(new ReplyWork(entry.CommandId, entry.Key, _type.Contract.Name, outcome.Computation, outcome.Tail ?? ReplyTail.Empty));
        }

        return new AppliedCommand(entry.CommandId, admission, result);
    }

    private LogBatch Decode(EntryBatch batch)
    {
        LogBatch decoded;
        try
        {
            decoded = BatchCodec.Decode(batch.Payload);
        }
        catch (InvalidFrameException exception)
        {
            throw new GroupHaltedException(
                batch.First,
                $"{exception.Message}. The batch was decided, so another build wrote it: start this node with the build that the other members run.",
                exception);
        }

        MachineContract contract = _type.Contract;
        if (decoded.Header.MachineVersion < contract.MinVersion || decoded.Header.MachineVersion > contract.Version)
        {
            throw new GroupHaltedException(
                batch.First,
                $"the batch was decided under version {decoded.Header.MachineVersion} of {contract.Name}, "
                + $"this build replays versions {contract.MinVersion} to {contract.Version}.");
        }

        return decoded.Entries.Length == batch.Count
            ? decoded
            : throw new GroupHaltedException(batch.First, $"the batch {batch} holds {decoded.Entries.Length} entries.");
    }
}
