using System.Globalization;

namespace Dike.Testing.Checkers;

/// <summary>
/// Whether a history can have been recorded at all: a checker that is fed nonsense would pass or fail for the wrong reason. Numbers are unique, times run
/// forward, a client has one call under way at a time, commands and queries end as such do, methods exist. Called by the history checkers before they judge.
/// </summary>
internal static class HistoryForm
{
    /// <summary>What is wrong with the recording, or null.</summary>
    public static string? Check(IReadOnlyList<Operation> operations)
    {
        var numbers = new HashSet<long>();
        foreach (Operation operation in operations)
        {
            if (!numbers.Add(operation.Number))
            {
                return string.Create(CultureInfo.InvariantCulture, $"bad history: two operations have the number {operation.Number}.");
            }

            if (CheckOne(operation) is { } failure)
            {
                return $"bad history: {OperationText.Of(operation)}: {failure}.";
            }
        }

        return CheckClients(operations);
    }

    /// <summary>The operations by the time of their call; at one instant, by number.</summary>
    public static Operation[] ByCall(IReadOnlyList<Operation> operations)
    {
        Operation[] sorted = [.. operations];
        Array.Sort(sorted, static (left, right) =>
            left.CalledAt != right.CalledAt ? left.CalledAt.CompareTo(right.CalledAt) : left.Number.CompareTo(right.Number));
        return sorted;
    }

    /// <summary>Whether the client knows that its command was decided.</summary>
    public static bool IsAcknowledged(Operation operation) =>
        operation is { Kind: OperationKind.Command, End: OperationEnd.Done or OperationEnd.Rejected or OperationEnd.Failed or OperationEnd.Applied };

    private static string? CheckOne(Operation operation)
    {
        bool isCommand = operation.Kind == OperationKind.Command;
        ModelMethod? method = SequentialModel.Parse(operation.Method);
        return operation switch
        {
            { CalledAt: < 0 } => "it was called before the run began",
            _ when operation.ReturnedAt < operation.CalledAt => "it returned before it was called",
            { End: OperationEnd.Open, ReturnedAt: not long.MaxValue } => "it is open and has returned",
            { End: not OperationEnd.Open, ReturnedAt: long.MaxValue } => "it has ended and never returned",
            { MaxStaleness: < 0 } => "its staleness is negative",
            _ when method is null => "the machine has no such method",
            _ when isCommand == (method == ModelMethod.Read) => "a command that is a query, or the reverse",
            _ when !isCommand && operation.CommandId is not null => "a query has no command id",
            _ when !isCommand && operation.End is OperationEnd.Rejected or OperationEnd.Failed or OperationEnd.Applied =>
                "a query is neither rejected nor applied",
            _ => null,
        };
    }

    private static string? CheckClients(IReadOnlyList<Operation> operations)
    {
        var last = new Dictionary<int, Operation>();
        foreach (Operation operation in ByCall(operations))
        {
            if (last.TryGetValue(operation.Client, out Operation? before) && operation.CalledAt < before.ReturnedAt)
            {
                return $"bad history: {OperationText.Of(operation)} was called while {OperationText.Of(before)} was under way.";
            }

            last[operation.Client] = operation;
        }

        return null;
    }
}
