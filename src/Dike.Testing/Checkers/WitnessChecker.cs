using System.Globalization;
using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>
/// Holds what clients saw against the decided log, which is the witness of an order: no search (faults.md section 5, point 14). Every acknowledged command is
/// in its group's log and took effect there once, with the result that replaying the <see cref="SequentialModel"/> gives; a command that was not applied took
/// no effect; nothing else took effect; whatever returned before a call lies before it in the log; each query saw the state of a slot between its bounds.
/// O(n log n). Called once at the end of a run; it knows nothing of the replicas, so a wrong log that all of them share shows here too.
/// </summary>
internal static class WitnessChecker
{
    /// <summary>How many values a failure names of those that a query could have seen.</summary>
    private const int MaxValuesNamed = 6;

    /// <summary>What is wrong, or null.</summary>
    /// <param name="operations">All calls of all clients.</param>
    /// <param name="log">The decided commands of all groups, in any order.</param>
    /// <param name="groupOf">The group of a key.</param>
    public static string? Check(IReadOnlyList<Operation> operations, IReadOnlyList<WitnessEntry> log, Func<string, int> groupOf)
    {
        var witness = new WitnessLog();
        return HistoryForm.Check(operations)
            ?? witness.Replay(log, groupOf)
            ?? CheckResults(operations, witness, out Dictionary<CommandId, Operation> byId)
            ?? CheckEntries(witness, byId, CheckContent)
            ?? CheckOrder(operations, witness, groupOf)
            ?? CheckEntries(witness, byId, CheckTimes);
    }

    private static string? CheckResults(IReadOnlyList<Operation> operations, WitnessLog witness, out Dictionary<CommandId, Operation> byId)
    {
        byId = [];
        foreach (Operation operation in operations)
        {
            if (operation.CommandId is CommandId id)
            {
                if (!byId.TryAdd(id, operation))
                {
                    return $"bad history: {OperationText.Of(operation)} has the command id of {OperationText.Of(byId[id])}.";
                }

                if (CheckResult(operation, id, witness) is { } failure)
                {
                    return $"{OperationText.Of(operation)}: {failure}.";
                }
            }
            else if (HistoryForm.IsAcknowledged(operation))
            {
                return $"bad history: {OperationText.Of(operation)} has no command id.";
            }
        }

        return null;
    }

    private static string? CheckEntries(WitnessLog witness, Dictionary<CommandId, Operation> byId, Func<WitnessEntry, Operation?, string?> check)
    {
        foreach (Execution execution in witness.InOrder)
        {
            if (check(execution.Entry, byId.GetValueOrDefault(execution.Entry.CommandId)) is { } failure)
            {
                return string.Create(CultureInfo.InvariantCulture, $"group {execution.Entry.Group}, slot {execution.Entry.Slot}: {failure}.");
            }
        }

        return null;
    }

    /// <summary>Whether what the client was told is what the log says.</summary>
    private static string? CheckResult(Operation operation, CommandId id, WitnessLog witness)
    {
        Execution? execution = witness.Find(id);
        if (operation.End == OperationEnd.NotApplied)
        {
            return execution is null ? null : $"but {witness.Describe(id)}";
        }

        if (!HistoryForm.IsAcknowledged(operation))
        {
            return null;
        }

        if (execution is null)
        {
            return $"it was acknowledged, but {witness.Describe(id)}";
        }

        OperationEnd expected = operation.End == OperationEnd.Applied ? OperationEnd.Done : operation.End;
        if (execution.Step.End != expected)
        {
            return string.Create(CultureInfo.InvariantCulture, $"slot {execution.Entry.Slot} comes to {execution.Step.End}");
        }

        if (operation.End == OperationEnd.Done && operation.Value != execution.Step.Value)
        {
            return string.Create(CultureInfo.InvariantCulture, $"slot {execution.Entry.Slot} gives {execution.Step.Value}");
        }

        return operation.Slot == 0 || operation.Slot == execution.Entry.Slot
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"the answer names slot {operation.Slot}, it took effect in slot {execution.Entry.Slot}");
    }

    /// <summary>Whether what took effect is what its caller asked for.</summary>
    private static string? CheckContent(WitnessEntry entry, Operation? caller)
    {
        if (caller is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"nobody called {entry.Method}('{entry.Key}', {entry.Argument})");
        }

        return entry.Key == caller.Key && entry.Method == caller.Method && entry.Argument == caller.Argument
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{entry.Method}('{entry.Key}', {entry.Argument}) is not what was called: {OperationText.Of(caller)}");
    }

    /// <summary>
    /// Whether an entry was decided between the call of its caller and the answer. Asked last: a broken order of two commands always breaks this as well, and the
    /// text about the two of them says more.
    /// </summary>
    private static string? CheckTimes(WitnessEntry entry, Operation? caller)
    {
        Invariant.Require(caller is not null, $"{entry}");
        if (entry.DecidedAt < caller.CalledAt)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it was decided at {entry.DecidedAt} µs, before its call: {OperationText.Of(caller)}");
        }

        return HistoryForm.IsAcknowledged(caller) && caller.ReturnedAt < entry.DecidedAt
            ? string.Create(CultureInfo.InvariantCulture, $"it was decided at {entry.DecidedAt} µs, after its answer: {OperationText.Of(caller)}")
            : null;
    }

    /// <summary>
    /// Goes through all calls in the order of time. Each linearizable query is placed at the earliest slot that explains it: a later place would only leave
    /// less room to the queries after it, so if this greedy choice fails, every choice does.
    /// </summary>
    private static string? CheckOrder(IReadOnlyList<Operation> operations, WitnessLog witness, Func<string, int> groupOf)
    {
        Operation[] byCall = HistoryForm.ByCall(operations);
        Operation[] byReturn = [.. byCall];
        Array.Sort(byReturn, static (left, right) =>
            left.ReturnedAt != right.ReturnedAt ? left.ReturnedAt.CompareTo(right.ReturnedAt) : left.Number.CompareTo(right.Number));
        var frontiers = new Dictionary<int, AcknowledgedFrontier>();
        var places = new Dictionary<long, long>();
        int returned = 0;
        foreach (Operation operation in byCall)
        {
            for (; byReturn[returned].ReturnedAt < operation.CalledAt; returned++)
            {
                Operation answer = byReturn[returned];
                if (places.TryGetValue(answer.Number, out long told))
                {
                    Frontier(groupOf(answer.Key)).Add(answer.ReturnedAt, told, answer);
                }
            }

            if (Place(operation, witness, groupOf(operation.Key), Frontier(groupOf(operation.Key)), out long place) is { } failure)
            {
                return $"{OperationText.Of(operation)}: {failure}.";
            }

            if (place > 0)
            {
                places.Add(operation.Number, place);
            }
        }

        return null;

        AcknowledgedFrontier Frontier(int group)
        {
            if (!frontiers.TryGetValue(group, out AcknowledgedFrontier? frontier))
            {
                frontiers[group] = frontier = new AcknowledgedFrontier();
            }

            return frontier;
        }
    }

    /// <summary>Finds the slot at which an operation took place. <paramref name="place"/> is 0 where its answer tells nothing about the group's order.</summary>
    private static string? Place(Operation operation, WitnessLog witness, int group, AcknowledgedFrontier frontier, out long place)
    {
        place = 0;
        if (operation.Kind == OperationKind.Command)
        {
            return PlaceCommand(operation, witness, frontier, out place);
        }

        if (operation.End != OperationEnd.Done)
        {
            return null;
        }

        (long from, Operation? told) = operation.Kind switch
        {
            OperationKind.LinearizableQuery => frontier.Before(operation.CalledAt),
            OperationKind.BoundedQuery => frontier.Before(operation.CalledAt - operation.MaxStaleness),
            _ => (0, null),
        };
        long to = witness.LastVisible(group, operation.ReturnedAt);
        string? failure = operation.Slot == 0
            ? FindSlot(operation, witness, from, to, out long slot)
            : CheckSlot(operation, witness, from, to, out slot);
        if (failure is not null)
        {
            return told is null ? failure : $"{failure}; the lower bound comes from {OperationText.Of(told)}";
        }

        place = operation.Kind == OperationKind.LinearizableQuery ? slot : 0;
        return null;
    }

    private static string? PlaceCommand(Operation operation, WitnessLog witness, AcknowledgedFrontier frontier, out long place)
    {
        place = 0;
        if (operation.CommandId is not CommandId id || witness.Find(id) is not Execution execution)
        {
            return null;
        }

        (long before, Operation? told) = frontier.Before(operation.CalledAt);
        if (execution.Entry.Slot <= before)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"it took effect in slot {execution.Entry.Slot}, but slot {before} was known before its call from {OperationText.Of(told!)}");
        }

        place = HistoryForm.IsAcknowledged(operation) ? execution.Entry.Slot : 0;
        return null;
    }

    private static string? CheckSlot(Operation operation, WitnessLog witness, long from, long to, out long slot)
    {
        slot = operation.Slot;
        if (slot < from || slot > to)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it names slot {slot}, which does not lie in [{from}..{End(to)}]");
        }

        long value = witness.ValueAt(operation.Key, slot);
        return value == operation.Value ? null : string.Create(CultureInfo.InvariantCulture, $"at slot {slot} the key held {value}");
    }

    private static string? FindSlot(Operation operation, WitnessLog witness, long from, long to, out long slot)
    {
        slot = witness.FirstSlotWith(operation.Key, operation.Value, from, to);
        return slot >= 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"the key held {Values(operation.Key, witness, from, to)} in slots [{from}..{End(to)}]");
    }

    private static string Values(string key, WitnessLog witness, long from, long to)
    {
        List<long> values = [witness.ValueAt(key, from)];
        foreach (Execution execution in witness.InOrder)
        {
            if (execution.Entry.Key == key && execution.Entry.Slot > from && execution.Entry.Slot <= to && execution.Step.State != values[^1])
            {
                values.Add(execution.Step.State);
            }
        }

        string named = string.Join(", ", values.Take(MaxValuesNamed).Select(value => value.ToString(CultureInfo.InvariantCulture)));
        return values.Count > MaxValuesNamed ? $"{named}, ..." : named;
    }

    private static string End(long slot) => slot == long.MaxValue ? "end" : slot.ToString(CultureInfo.InvariantCulture);
}
