using System.Globalization;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>What clients saw, and the decided log behind it, with the changes that make a good run a bad one. Keys from <c>c</c> on belong to group 2, the others to group 1.</summary>
internal sealed record RecordedRun(Operation[] Operations, WitnessEntry[] Log)
{
    /// <param name="history">The calls, as <see cref="HistoryText"/> reads them.</param>
    /// <param name="log">Entries as <c>call:slot@decided</c>, separated by blanks.</param>
    public static RecordedRun Parse(string history, string log)
    {
        Operation[] operations = HistoryText.Parse(history);
        return new RecordedRun(operations, [.. log.Split(' ').Select(word =>
        {
            long[] numbers = [.. word.Split(':', '@').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
            return Entry(operations.Single(operation => operation.Number == numbers[0]), numbers[1], numbers[2]);
        })]);
    }

    public static int GroupOf(string key) => string.CompareOrdinal(key, "c") < 0 ? 1 : 2;

    public static WitnessEntry Entry(Operation operation, long slot, long decidedAt) => new(
        GroupOf(operation.Key), slot, operation.CommandId!.Value, operation.Key, operation.Method, operation.Argument, decidedAt);

    public string? Judge() => WitnessChecker.Check(Operations, Log, GroupOf);

    public Operation this[long number] => Operations.Single(operation => operation.Number == number);

    /// <summary>Another answer, time or content of one call.</summary>
    public RecordedRun Call(long number, Func<Operation, Operation> change) =>
        this with { Operations = [.. Operations.Select(operation => operation.Number == number ? change(operation) : operation)] };

    public RecordedRun AddCall(string text) =>
        this with { Operations = [.. Operations, HistoryText.Parse(text)[0] with { Number = Operations.Length + 1 }] };

    /// <summary>Another content of all entries of one command.</summary>
    public RecordedRun InLog(long number, Func<WitnessEntry, WitnessEntry> change) =>
        this with { Log = [.. Log.Select(entry => entry.CommandId == this[number].CommandId ? change(entry) : entry)] };

    /// <summary>The log has lost a command.</summary>
    public RecordedRun Lose(long number) => this with { Log = [.. Log.Where(entry => entry.CommandId != this[number].CommandId)] };

    public RecordedRun AddToLog(WitnessEntry entry) => this with { Log = [.. Log, entry] };

    /// <summary>The log holds a command once more, at the end of its group.</summary>
    public RecordedRun AddToLog(long number)
    {
        Operation operation = this[number];
        WitnessEntry last = Log.Where(entry => entry.Group == GroupOf(operation.Key)).MaxBy(entry => entry.Slot)!;
        return AddToLog(Entry(operation, last.Slot + 1, last.DecidedAt + 1));
    }

    /// <summary>Two commands change places in the log; the slots keep the times at which they were decided.</summary>
    public RecordedRun SwapSlots(long left, long right)
    {
        WitnessEntry first = Log.First(entry => entry.CommandId == this[left].CommandId);
        WitnessEntry second = Log.First(entry => entry.CommandId == this[right].CommandId);
        return this with
        {
            Log = [.. Log.Select(entry =>
                entry == first ? first with { Slot = second.Slot, DecidedAt = second.DecidedAt }
                : entry == second ? second with { Slot = first.Slot, DecidedAt = first.DecidedAt }
                : entry)],
        };
    }

    /// <summary>Two calls got each other's answer.</summary>
    public RecordedRun SwapReplies(long left, long right) =>
        Call(left, operation => operation with { End = this[right].End, Value = this[right].Value })
            .Call(right, operation => operation with { End = this[left].End, Value = this[left].Value });
}
