using System.Collections.Immutable;
using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Poison;
using Dike.Node.Groups.Snapshots;
using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// Brings decided batches to the <see cref="Applier"/>, as far as they may be applied: not while a mark is being written, not past a slot that kills the process, not
/// under a version that this build lacks. What may not be applied waits here; the replica goes on accepting and voting. Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class ApplyLoop(Replica replica, Applier applier, MachineContract contract, ApplyGuard guard, DivergenceWatch watch)
{
    private readonly Queue<EntryBatch> _waiting = new();
    private Slot _taken = applier.Applied;

    public Applier Applier => applier;

    /// <summary>Takes snapshots at the ends of batches; set once, before anything is applied.</summary>
    public GroupSnapshots? Snapshots { get; set; }

    /// <summary>Whether everything that was decided is applied.</summary>
    public bool IsCurrent => _waiting.Count == 0 && StalledReason is null;

    /// <summary>The last slot that was decided.</summary>
    public Slot Taken => _taken;

    /// <summary>Why this build applies nothing any more, or null.</summary>
    public string? StalledReason => applier.Version.StalledReason;

    /// <summary>The slot that is not applied because it kills the process, or <see cref="Slot.None"/>.</summary>
    public Slot Quarantined => guard.Quarantined;

    /// <summary>Why that slot is not applied, or null.</summary>
    public string? QuarantineReason { get; private set; }

    /// <summary>Takes a decided batch. Apply what waits with <see cref="Advance"/>.</summary>
    public void Take(EntryBatch batch)
    {
        Invariant.Require(batch.First == _taken + 1, $"taken {_taken}, next {batch}");
        _taken = batch.Last;
        if (StalledReason is not null)
        {
            // It resumes in another process, which reads the log again.
            return;
        }

        if (BatchCodec.SkippedSlot(batch) is { } skipped)
        {
            applier.Skipped.Learn(skipped, batch.First, applier.Applied);
        }

        _waiting.Enqueue(batch);
    }

    /// <summary>Applies what may be applied.</summary>
    /// <returns>True if the state was built anew on the way, so that what callers wait for may have changed.</returns>
    /// <exception cref="GroupHaltedException">This replica cannot apply the log any further, or differs from the others.</exception>
    public bool Advance(List<AppliedCommand> applied, GroupOutputs outputs)
    {
        bool wasRebuilt = false;
        while (_waiting.TryPeek(out EntryBatch? batch))
        {
            Slot next = applier.Applied + 1;
            Slot limit = guard.Limit(next, applier.Skipped, outputs);
            QuarantineReason = guard.Quarantined == Slot.None ? null : QuarantineReason ?? Describe(batch, guard.Quarantined);
            if (limit < next)
            {
                break;
            }

            applier.Apply(batch, limit < batch.Last ? limit : batch.Last, applied, outputs);
            if (StalledReason is not null)
            {
                _waiting.Clear();
                break;
            }

            if (applier.Skipped.Overdue is { } overdue)
            {
                Rebuild(overdue.Slot, overdue.By);
                wasRebuilt = true;
            }

            if (applier.Applied == batch.Last)
            {
                _waiting.Dequeue();
                if (applier.Schedule.Passed(batch))
                {
                    Snapshots?.Take(outputs);
                }
            }
        }

        if (_waiting.Count == 0)
        {
            guard.Rest(outputs);
        }

        CompareCheckpoints(outputs);
        return wasRebuilt;
    }

    /// <summary>A snapshot stands in the log from now on; what was taken before and not applied lies within it.</summary>
    public void Install(RestoredState state, GroupOutputs outputs)
    {
        Invariant.Require(state.Slot > _taken, $"snapshot of {state.Slot}, taken {_taken}");
        _waiting.Clear();
        applier.Restore(state);
        _taken = state.Slot;
        guard.Restored(outputs);
        QuarantineReason = null;
    }

    /// <summary>A mark is durable.</summary>
    public void MarkDurable(ApplyMark mark) => guard.MarkDurable(mark);

    /// <summary>The group has other members now.</summary>
    public void MembersAre(Member here, ImmutableArray<Member> present) => watch.MembersAre(here.Id, [.. present.Select(member => member.Id)]);

    /// <summary>Takes the report of another member.</summary>
    /// <exception cref="GroupHaltedException">It shows that this replica differs from the others.</exception>
    public void Reported(ReplicaId from, Checkpoint report, GroupOutputs outputs) => StopIf(watch.Reported(from, report, outputs.Differences), report.Slot);

    private void CompareCheckpoints(GroupOutputs outputs)
    {
        // A replica that reads a long log again passes many; the others keep no more than so many either.
        foreach (Checkpoint checkpoint in applier.Passed.TakeLast(DivergenceWatch.Capacity))
        {
            outputs.Checkpoints.Add(checkpoint);
            StopIf(watch.Passed(checkpoint, outputs.Differences), checkpoint.Slot);
        }

        applier.Passed.Clear();
    }

    private static void StopIf(string? reason, Slot slot)
    {
        if (reason is not null)
        {
            throw new GroupHaltedException(slot, reason);
        }
    }

    /// <summary>
    /// This replica has executed a command that the others skip. Its state is thrown away and made again from the log, in which the slot now counts as rejected; nothing
    /// of the replay leaves: it was answered, and its delegates were started, when it was applied for the first time.
    /// </summary>
    private void Rebuild(Slot slot, Slot by)
    {
        if (replica.BatchAt(Slot.First) is null)
        {
            throw new GroupHaltedException(
                slot,
                $"it is skipped by slot {by}, this replica has executed it, and its log does not reach back far enough to undo that. Re-seed the replica from another member's snapshot.");
        }

        SessionTable sessions = applier.Sessions;
        applier.Skipped.SettleOverdue();
        Snapshots?.Abandon();
        applier.Reset();
        var unseen = new GroupOutputs();
        var applied = new List<AppliedCommand>();
        while (applier.Applied < by)
        {
            EntryBatch batch = replica.BatchAt(applier.Applied + 1)
                ?? throw new GroupHaltedException(applier.Applied + 1, "the log has no batch that starts there.");
            applier.Apply(batch, applied, unseen);
            Invariant.Require(StalledReason is null, $"{StalledReason}");
            applied.Clear();
            if (batch.Last < by)
            {
                // What is due behind these is past; when the next is due must not depend on the replay.
                _ = applier.Schedule.Passed(batch);
            }
        }

        applier.Passed.Clear();
        applier.Sessions.AdoptReplies(sessions);
        watch.Ignore(slot, by);
    }

    private string Describe(EntryBatch batch, Slot slot)
    {
        LogEntry? entry = batch.Kind == EntryKind.Commands ? BatchCodec.Decode(batch.Payload).Entries[slot.Value - batch.First.Value] : null;
        string what = entry is { Kind: LogEntryKind.Command } command
            ? $"{contract.Name}.{contract.Find(command.Method)?.Name ?? command.Method.ToString("x8", null)} on key '{command.Key}' ({command.CommandId})"
            : $"the entry of kind {entry?.Kind.ToString() ?? batch.Kind.ToString()}";
        return $"The process died more than once while it applied slot {slot}: {what}. The slot is not tried again. "
            + $"Start this node with a build that can apply it, or have the slot skipped: 'dike skip' decides that slot {slot} counts as rejected on all replicas.";
    }
}
