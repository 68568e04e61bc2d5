using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>
/// Linearizability by definition, for a handful of operations: tries every order of every choice of the operations with an unknown end, all keys together, and asks
/// only at the end whether it keeps to real time and gives every answer. No pruning, no memo, no list: nothing it could have in common with the search under test.
/// </summary>
internal sealed class PermutationChecker
{
    private readonly Operation[] _operations;
    private readonly List<Operation> _order = [];
    private readonly bool[] _isUsed;
    private readonly int _known;

    private PermutationChecker(IReadOnlyList<Operation> operations)
    {
        _operations = [.. operations.Where(IsJudged)];
        _isUsed = new bool[_operations.Length];
        _known = _operations.Count(IsKnown);
    }

    public static bool IsLinearizable(IReadOnlyList<Operation> operations) => new PermutationChecker(operations).Extend(0);

    private static bool IsJudged(Operation operation) => operation.Kind switch
    {
        OperationKind.Command => operation.End != OperationEnd.NotApplied,
        OperationKind.LinearizableQuery => operation.End == OperationEnd.Done,
        OperationKind.BoundedQuery or OperationKind.LocalQuery => false,
    };

    private static bool IsKnown(Operation operation) => operation.End is not (OperationEnd.Unknown or OperationEnd.Open);

    private bool Extend(int known)
    {
        if (known == _known && KeepsRealTime() && GivesAnswers())
        {
            return true;
        }

        for (int i = 0; i < _operations.Length; i++)
        {
            if (_isUsed[i])
            {
                continue;
            }

            _isUsed[i] = true;
            _order.Add(_operations[i]);
            bool isFound = Extend(known + (IsKnown(_operations[i]) ? 1 : 0));
            _order.RemoveAt(_order.Count - 1);
            _isUsed[i] = false;
            if (isFound)
            {
                return true;
            }
        }

        return false;
    }

    private bool KeepsRealTime()
    {
        for (int earlier = 0; earlier < _order.Count; earlier++)
        {
            for (int later = earlier + 1; later < _order.Count; later++)
            {
                if (IsKnown(_order[later]) && _order[later].ReturnedAt < _order[earlier].CalledAt)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool GivesAnswers()
    {
        var model = new SequentialModel();
        foreach (Operation operation in _order)
        {
            ModelStep step = model.Execute(operation.Key, SequentialModel.Parse(operation.Method)!.Value, operation.Argument);
            OperationEnd told = operation.End == OperationEnd.Applied ? OperationEnd.Done : operation.End;
            if (IsKnown(operation) && (step.End != told || (operation.End == OperationEnd.Done && step.Value != operation.Value)))
            {
                return false;
            }
        }

        return true;
    }
}
