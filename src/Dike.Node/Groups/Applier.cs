using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Poison;
using Dike.Node.Groups.Snapshots;
using Dike.Node.Groups.Versions;
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
/// Turns decided batches into state: in slot order, every slot once, without gaps. Owns the replicated state of a group (log time, version, sessions, machines,
/// result chain), which depends on the decided log and on nothing else: no clock, no option, no randomness of this process. Called by the <see cref="ApplyLoop"/>.
/// </summary>
internal sealed class Applier
{
    private readonly GroupDescription _description;
    private readonly MachineType _type;
    private readonly Holder _self;
    private readonly int _checkpointEvery;
    private readonly LogConfiguration _founding;
    private CommandRunner _runner;
    private Slot _batch;

    /// <param name="description">The group.</param>
    /// <param name="type">Its machine.</param>
    /// <param name="self">This process, whose delegates it starts.</param>
    /// <param name="checkpointEvery">Every how many slots the replicas compare what the log came to.</param>
    /// <param name="schedule">When snapshots are due.</param>
    /// <param name="founding">The first configuration; unknown to a newcomer that was invited into a later one.</param>
    public Applier(GroupDescription description, MachineType type, Holder self, int checkpointEvery = 1_024, SnapshotSchedule? schedule = null, LogConfiguration founding = default)
    {
        _description = description;
        _type = type;
        _self = self;
        _checkpointEvery = checkpointEvery;
        _founding = founding;
        Schedule = schedule ?? new SnapshotSchedule(int.MaxValue, long.MaxValue);
        Reset();
    }

    /// <summary>The last applied slot.</summary>
    public Slot Applied { get; private set; }

    /// <summary>The greatest log time of the applied batches, in ticks of UTC. Never goes back, across leaders too.</summary>
    public long LogTime { get; private set; }

    public ActiveVersion Version { get; private set; }

    public ResultChain Chain { get; private set; }

    /// <summary>From which log time a session that is new here may start.</summary>
    public long NextSessionStart => Math.Max(LogTime, Sessions.Horizon) + 1;

    /// <summary>The configuration in which the next slot is decided.</summary>
    public LogConfiguration Configuration { get; private set; }

    public SnapshotSchedule Schedule { get; }

    public SessionTable Sessions { get; private set; }

    public StateTable States { get; private set; }

    public StateChecks Checks { get; } = new();

    /// <summary>Slots whose commands count as rejected. Known before they are applied, or the replica that applied one differs until it is rebuilt.</summary>
    public SkippedSlots Skipped { get; } = new();

    /// <summary>The checkpoints that were passed and not taken yet.</summary>
    public List<Checkpoint> Passed { get; } = [];

    /// <summary>Applies one decided batch. What commands came to is added to <paramref name="applied"/>, in slot order.</summary>
    /// <exception cref="GroupHaltedException">This replica cannot apply the log any further.</exception>
    public void Apply(EntryBatch batch, List<AppliedCommand> applied, GroupOutputs outputs) => Apply(batch, batch.Last, applied, outputs);

    /// <summary>Applies a batch through a slot of it, at first or further. Ends earlier where this build lacks the active version; see <see cref="ActiveVersion.StalledReason"/>.</summary>
    /// <exception cref="GroupHaltedException">This replica cannot apply the log any further.</exception>
    public void Apply(EntryBatch batch, Slot through, List<AppliedCommand> applied, GroupOutputs outputs)
    {
        // Applying a slot twice, or leaving one out, is the fault that no later check can repair: the state would be wrong on this replica alone,
        // and every answer from it too. So the position is compared with the log's own numbering, not counted.
        bool isContinued = batch.First == _batch && Applied < batch.Last;
        Invariant.Require(batch.First == Applied + 1 || isContinued, $"applied {Applied}, next {batch}");
        Invariant.Require(through > Applied && through <= batch.Last, $"applied {Applied}, next {batch} through {through}");
        _batch = batch.First;
        switch (batch.Kind)
        {
            case EntryKind.EpochStart or EntryKind.StopSign:
                // They speak to the consensus core alone.
                Invariant.Require(batch.Count == 1, $"{batch}");
                Chain.Advance(batch.First, 0, (long)batch.Kind);
                Configuration = batch.Kind == EntryKind.StopSign ? Next(StopSign.Of(batch)) : Configuration;
                Pass(batch.First, null);
                break;
            case EntryKind.Commands:
                ApplyEntries(batch, through, applied, outputs);
                break;
            default:
                throw new GroupHaltedException(batch.First, $"the batch {batch} is of a kind that this build does not know.");
        }

        Invariant.Require(Applied == through || Version.StalledReason is not null, $"applied {Applied}, last of {batch}");
    }

    /// <summary>Runs a query on the applied state.</summary>
    public StoredResult Query(Call call) => _runner.Query(call, Applied);

    /// <summary>Forgets everything applied, to apply the log again from its first slot.</summary>
    [MemberNotNull(nameof(Version), nameof(Chain), nameof(Sessions), nameof(States), nameof(_runner))]
    public void Reset()
    {
        Applied = Slot.None;
        _batch = Slot.None;
        LogTime = 0;
        Version = new ActiveVersion(_type.Contract);
        Chain = new ResultChain();
        Configuration = _founding;
        Schedule.Restore(0);
        Sessions = new SessionTable();
        States = new StateTable(_type);
        Passed.Clear();
        _runner = new CommandRunner(_description, _type, States, Sessions);
    }

    /// <summary>Replaces everything applied by what a snapshot gave back. Computations of this process go on.</summary>
    public void Restore(RestoredState state)
    {
        Invariant.Require(state.Slot > Applied, $"snapshot of slot {state.Slot}, applied {Applied}");
        SessionTable before = Sessions;
        Reset();
        (Applied, LogTime, Configuration) = (state.Slot, state.LogTime, state.Configuration);
        (Sessions, States) = (state.Sessions, state.States);
        Version.Restore(state.Version, state.Slot + 1);
        Chain.Restore(state.Chain);
        Skipped.Restore(state.Skipped, state.Slot);
        Schedule.Restore(state.BytesSinceDue);
        Sessions.AdoptReplies(before);
        _runner = new CommandRunner(_description, _type, States, Sessions);
    }

    private static LogConfiguration Next(StopSign stopSign) => new(stopSign.Next, stopSign.Members);

    private void ApplyEntries(EntryBatch batch, Slot through, List<AppliedCommand> applied, GroupOutputs outputs)
    {
        LogBatch decoded = Decode(batch);
        bool isNew = batch.First == Applied + 1;
        for (long index = Applied.Value + 1 - batch.First.Value; Applied < through; index++)
        {
            Slot slot = Applied + 1;
            int version = Version.Of(decoded.Header.MachineVersion, slot);
            if (Version.StalledReason is not null)
            {
                return;
            }

            if (isNew)
            {
                BeginBatch(decoded.Header);
                isNew = false;
            }

            ApplyEntry(decoded.Entries[index], decoded.Header, version, slot, applied, outputs);
        }
    }

    private void BeginBatch(BatchHeader header)
    {
        long previous = LogTime;
        LogTime = Math.Max(previous, header.LogTime);
        Invariant.Require(LogTime >= previous, $"{LogTime} after {previous}");
        Sessions.Expire(LogTime, header.SessionExpiry);
    }

    private void ApplyEntry(in LogEntry entry, BatchHeader header, int version, Slot slot, List<AppliedCommand> applied, GroupOutputs outputs)
    {
        UInt128? stateHash = null;
        switch (entry.Kind)
        {
            case LogEntryKind.Command:
                ApplyCommand(entry, header, version, slot, applied, outputs);
                break;
            case LogEntryKind.StateCheck:
                Chain.Advance(slot, entry.Kind, (long)entry.CheckId);
                var check = new StateCheckResult(entry.CheckId, slot.Value, StateHash.Compute(LogTime, Sessions, States));
                stateHash = UInt128.Parse(check.StateHash, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                Checks.Add(check);
                outputs.StateChecks.Add(check);
                break;
            case LogEntryKind.RaiseVersion:
                Chain.Advance(slot, entry.Kind, entry.Version);
                Version.Raise(entry.VersionBefore, entry.Version, slot + 1);
                break;
            case LogEntryKind.SkipSlot:
                Chain.Advance(slot, entry.Kind, entry.SkippedSlot);
                Skipped.Decided(new Slot(entry.SkippedSlot), slot);
                break;
            default:
                throw new GroupHaltedException(slot, $"the entry is of kind {entry.Kind}, which this build does not know.");
        }

        Pass(slot, stateHash);
    }

    private void ApplyCommand(in LogEntry entry, BatchHeader header, int version, Slot slot, List<AppliedCommand> applied, GroupOutputs outputs)
    {
        Admission admission = Sessions.Admit(entry.CommandId, entry.AnsweredUpTo, LogTime, out StoredResult? result);
        if (admission != Admission.Execute)
        {
            Chain.Advance(slot, admission, null, []);
            applied.Add(new AppliedCommand(entry.CommandId, admission, result));
            return;
        }

        CommandOutcome outcome = Skipped.Contains(slot) ? SkippedSlots.Outcome(slot) : _runner.Run(entry, header, version, slot, LogTime);

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

        Chain.Advance(slot, admission, result, outcome.Completions);
        applied.Add(new AppliedCommand(entry.CommandId, admission, result));
        CompleteTickets(outcome.Completions, applied);
    }

    /// <summary>Answers what the command has answered, now that it has succeeded: behind its own result, and in the order in which it gave the answers.</summary>
    private void CompleteTickets(IReadOnlyList<Completion> completions, List<AppliedCommand> applied)
    {
        foreach (Completion completion in completions)
        {
            StoredResult answer = completion.Code is { } code
                ? StoredResult.Rejected(new Slot(completion.Slot), code, completion.Message)
                : StoredResult.Done(new Slot(completion.Slot), completion.Value);
            Sessions.Complete(completion.CommandId, answer);
            applied.Add(new AppliedCommand(completion.CommandId, Admission.Known, answer));
        }
    }

    private void Pass(Slot slot, UInt128? stateHash)
    {
        Invariant.Require(slot == Applied + 1, $"applied {Applied}, passed {slot}");
        Applied = slot;
        if (stateHash is not null || slot.Value % _checkpointEvery == 0)
        {
            Passed.Add(new Checkpoint(slot, Chain.Value, stateHash));
        }
    }

    private static LogBatch Decode(EntryBatch batch)
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

        return decoded.Entries.Length == batch.Count
            ? decoded
            : throw new GroupHaltedException(batch.First, $"the batch {batch} holds {decoded.Entries.Length} entries.");
    }
}
