using System.Globalization;

namespace Dike.Testing.Checkers;

/// <summary>
/// Whether a history can be explained by one machine that executes one operation after the other, each between its call and its return; told from the outside
/// alone, without a log (faults.md section 5). Keys are independent objects, so each is searched for itself. For runs of real processes, and as a cross-check of
/// the <see cref="WitnessChecker"/>: the search is exponential in the worst case, so its work is bounded, and an undecided history is a failure.
/// </summary>
internal static class LinearizabilityChecker
{
    /// <summary>Steps per key unless told otherwise: some seconds of work.</summary>
    public const long DefaultMaxSteps = 20_000_000;

    /// <summary>What is wrong, or null.</summary>
    /// <param name="operations">All calls of all clients. Stale queries make no claim that could be judged here and are left out.</param>
    /// <param name="maxSteps">How many steps the search of one key may take.</param>
    public static string? Check(IReadOnlyList<Operation> operations, long maxSteps = DefaultMaxSteps)
    {
        if (HistoryForm.Check(operations) is { } bad)
        {
            return bad;
        }

        foreach ((string key, List<Operation> ofKey) in ByKey(operations))
        {
            var search = new LinearizabilitySearch(ofKey);
            bool? isExplained = search.Run(maxSteps);
            if (isExplained is not true)
            {
                string verdict = isExplained is null
                    ? string.Create(CultureInfo.InvariantCulture, $"undecided after {maxSteps} steps")
                    : "not linearizable";
                return $"key '{key}': {verdict}: {search.Describe()}.";
            }
        }

        return null;
    }

    private static SortedDictionary<string, List<Operation>> ByKey(IReadOnlyList<Operation> operations)
    {
        var byKey = new SortedDictionary<string, List<Operation>>(StringComparer.Ordinal);
        foreach (Operation operation in HistoryForm.ByCall(operations))
        {
            if (!IsEvidence(operation))
            {
                continue;
            }

            if (!byKey.TryGetValue(operation.Key, out List<Operation>? ofKey))
            {
                byKey[operation.Key] = ofKey = [];
            }

            ofKey.Add(operation);
        }

        return byKey;
    }

    /// <summary>Whether an operation saw the state or may have changed it. One with an unknown end that could not have changed it constrains nothing.</summary>
    private static bool IsEvidence(Operation operation) => operation.Kind switch
    {
        OperationKind.LinearizableQuery => operation.End == OperationEnd.Done,
        OperationKind.Command when operation.End is OperationEnd.Unknown or OperationEnd.Open =>
            SequentialModel.Parse(operation.Method) is not (ModelMethod.RejectAfterWrite or ModelMethod.ThrowAfterWrite),
        OperationKind.Command => operation.End != OperationEnd.NotApplied,
        OperationKind.BoundedQuery or OperationKind.LocalQuery => false,
    };
}
