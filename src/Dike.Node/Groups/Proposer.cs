using System.Runtime.InteropServices;
using Dike.Node.Groups.Versions;
using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>A gathered command that got no slot.</summary>
/// <param name="Pending">The command and who waits for it.</param>
/// <param name="IsExpired">Its deadline has passed; otherwise this replica does not lead.</param>
internal readonly record struct Unproposed(PendingCommand Pending, bool IsExpired);

/// <summary>
/// Makes batches of what a turn gathered and gives them to the replica. Owns the log time of what it proposes, which never goes back. Called by the
/// <see cref="GroupCore"/> at the end of a turn. A command that was handed to the replica has a slot and is never answered as not applied any more.
/// </summary>
internal sealed class Proposer(Replica replica, PendingCommands commands, Applier applier, VersionPlan versions, Holder self, GroupOptions options)
{
    private readonly List<LogEntry> _entries = [];
    private readonly List<PendingCommand> _batch = [];
    private readonly List<ulong> _stateChecks = [];
    private readonly SortedSet<long> _skips = [];
    private readonly List<Unproposed> _unproposed = [];
    private int _batchBytes;
    private long _logTime;

    /// <summary>Hashes the state behind the commands that are gathered so far in this turn and those that come in the rest of it.</summary>
    public void AddStateCheck(ulong checkId) => _stateChecks.Add(checkId);

    /// <summary>Has a slot skipped, now or as soon as this replica leads.</summary>
    public void AddSkip(Slot slot) => _skips.Add(slot.Value);

    /// <summary>Proposes everything that was gathered.</summary>
    /// <returns>What got no slot. It waits until the caller has answered and removed it. Valid until the next call.</returns>
    public IReadOnlyList<Unproposed> Propose(Moment now, GroupOutputs outputs)
    {
        _unproposed.Clear();
        IReadOnlyList<PendingCommand> gathered = commands.TakeGathered();
        if (replica.IsLeader)
        {
            RaiseVersion(gathered.Count > 0, now, outputs);
            ProposeSkips(now, outputs);
        }

        foreach (PendingCommand pending in gathered)
        {
            bool isExpired = pending.DeadlineMs <= now.MonotonicMs;
            if (isExpired || !replica.IsLeader)
            {
                _unproposed.Add(new Unproposed(pending, isExpired));
            }
            else
            {
                Add(LogEntry.Command(pending.Call, self), pending, now, outputs);
            }
        }

        foreach (ulong checkId in _stateChecks)
        {
            Add(LogEntry.StateCheck(checkId), null, now, outputs);
        }

        _stateChecks.Clear();
        CloseBatch(now, outputs);
        return _unproposed;
    }

    /// <summary>In front of the commands of this turn, so that those of a group's first batch are applied under a version already.</summary>
    private void RaiseVersion(bool hasCommands, Moment now, GroupOutputs outputs)
    {
        int active = applier.Version.Number;
        if (versions.Next(active, applier.Applied, hasCommands) is { } version)
        {
            Add(LogEntry.RaiseVersion(active, version), null, now, outputs);
            versions.Proposed(replica.Last + 1);
        }
    }

    private void ProposeSkips(Moment now, GroupOutputs outputs)
    {
        foreach (long slot in _skips)
        {
            // Alone in its batch: see BatchCodec.SkippedSlot.
            CloseBatch(now, outputs);
            Add(LogEntry.Skip(slot), null, now, outputs);
            CloseBatch(now, outputs);
        }

        _skips.Clear();
    }

    private void Add(in LogEntry entry, PendingCommand? pending, Moment now, GroupOutputs outputs)
    {
        int size = BatchCodec.MaxSize(entry);
        if (_entries.Count > 0 && _batchBytes + size > options.MaxBatchBytes)
        {
            CloseBatch(now, outputs);
        }

        if (_entries.Count == 0)
        {
            _batchBytes = BatchCodec.HeaderBytes;
        }

        _entries.Add(entry);
        _batchBytes += size;
        if (pending is not null)
        {
            _batch.Add(pending);
        }
    }

    private void CloseBatch(Moment now, GroupOutputs outputs)
    {
        if (_entries.Count == 0)
        {
            return;
        }

        long previous = Math.Max(_logTime, applier.LogTime);
        _logTime = Math.Max(previous, now.UtcTicks);
        Invariant.Require(_logTime >= previous, $"{_logTime} after {previous}");
        var header = new BatchHeader(versions.Named(applier.Version.Number), _logTime, now.Entropy, options.SessionExpiry.Ticks);
        byte[] payload = BatchCodec.Encode(header, CollectionsMarshal.AsSpan(_entries));
        Slot first = replica.Propose(_entries.Count, EntryKind.Commands, payload, outputs.Paxos);
        foreach (PendingCommand pending in _batch)
        {
            if (first == Slot.None)
            {
                _unproposed.Add(new Unproposed(pending, IsExpired: false));
            }
            else
            {
                pending.HasSlot = true;
            }
        }

        _entries.Clear();
        _batch.Clear();
    }
}
