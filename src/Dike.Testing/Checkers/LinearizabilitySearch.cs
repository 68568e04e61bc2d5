using System.Globalization;
using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>
/// Looks for an order of one key's operations that explains every answer and keeps to real time: the search of Wing and Gong with Lowe's memo, on one doubly
/// linked list of calls and returns in the order of time. A call at the front part of the list may be next in the order if the model agrees with its answer: it
/// is lifted out of the list together with its return. A return reached by the cursor belongs to a call that should have been placed before: back one step.
/// An operation with an unknown end has no return in the list: it may take effect anywhere behind its call, or never. Used once; allocates only for the memo.
/// </summary>
internal sealed class LinearizabilitySearch
{
    private const int None = -1;

    private readonly Operation[] _operations;
    private readonly ModelMethod[] _methods;
    private readonly bool[] _isKnown;

    // Nodes: call of operation i is 2i, its return 2i + 1, and the head comes last.
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _head;

    private readonly (int Operation, long StateBefore)[] _stack;
    private readonly ulong[] _done;
    private readonly SearchMemo _memo;
    private readonly int[] _longest;
    private ulong _doneHash;
    private long _state;
    private int _depth;
    private int _knownLeft;
    private int _longestDepth = None;
    private int _blocked = None;
    private long _blockedState;

    /// <param name="operations">Operations of one key that may have had an effect or saw one.</param>
    public LinearizabilitySearch(IReadOnlyList<Operation> operations)
    {
        int count = operations.Count;
        _operations = [.. operations];
        _methods = new ModelMethod[count];
        _isKnown = new bool[count];
        for (int i = 0; i < count; i++)
        {
            ModelMethod? method = SequentialModel.Parse(_operations[i].Method);
            Invariant.Require(method is not null, $"{_operations[i]}");
            _methods[i] = method.Value;
            _isKnown[i] = _operations[i].End is not (OperationEnd.Unknown or OperationEnd.Open);
            _knownLeft += _isKnown[i] ? 1 : 0;
        }

        _head = 2 * count;
        _next = new int[_head + 1];
        _previous = new int[_head + 1];
        _stack = new (int, long)[count];
        _longest = new int[count];
        _done = new ulong[(count / 64) + 1];
        _memo = new SearchMemo(_done.Length);
        Link();
    }

    /// <summary>Cursor moves made so far: the measure of work, the same on every machine.</summary>
    public long Steps { get; private set; }

    /// <summary>True if there is such an order, false if there is none, null if that was not known after <paramref name="maxSteps"/>.</summary>
    public bool? Run(long maxSteps)
    {
        int cursor = _next[_head];
        while (_knownLeft > 0)
        {
            if (++Steps > maxSteps)
            {
                return null;
            }

            // Behind the last known return nothing is left to stop the cursor; but that return itself stops it first.
            Invariant.Require(cursor != None, $"{_knownLeft} of {_operations.Length} left, depth {_depth}");
            int operation = cursor >> 1;
            if ((cursor & 1) == 0)
            {
                cursor = TryPlace(operation) ? _next[_head] : _next[cursor];
            }
            else
            {
                KeepLongest(operation);
                if (_depth == 0)
                {
                    return false;
                }

                cursor = _next[2 * TakeBack()];
            }
        }

        return true;
    }

    /// <summary>Why there is no order, or how far the search came: the longest order found, and what could not end after it.</summary>
    public string Describe()
    {
        IEnumerable<string> order = _longest.Take(Math.Max(_longestDepth, 0)).Select(index => OperationText.Of(_operations[index]));
        string blocked = _blocked == None ? "nothing was ruled out yet" : $"{OperationText.Of(_operations[_blocked])} cannot have ended";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{blocked}; longest order ({Math.Max(_longestDepth, 0)} of {_operations.Length}, value {_blockedState}): {string.Join("; ", order)}");
    }

    private void Link()
    {
        var nodes = new List<(long At, int IsReturn, int Node)>(_head);
        for (int i = 0; i < _operations.Length; i++)
        {
            nodes.Add((_operations[i].CalledAt, 0, 2 * i));
            if (_isKnown[i])
            {
                nodes.Add((_operations[i].ReturnedAt, 1, (2 * i) + 1));
            }
        }

        // At one instant calls come first: what cannot be told apart counts as concurrent.
        nodes.Sort();
        int last = _head;
        foreach ((_, _, int node) in nodes)
        {
            _next[last] = node;
            _previous[node] = last;
            last = node;
        }

        _next[last] = None;
    }

    private bool TryPlace(int operation)
    {
        ModelStep step = SequentialModel.Step(_state, _methods[operation], _operations[operation].Argument);
        if (!Explains(step, _operations[operation]))
        {
            return false;
        }

        Toggle(operation);
        if (!_memo.TryAdd(_done, _doneHash, step.State))
        {
            Toggle(operation);
            return false;
        }

        _stack[_depth++] = (operation, _state);
        _state = step.State;
        _knownLeft -= _isKnown[operation] ? 1 : 0;
        Unlink(2 * operation);
        if (_isKnown[operation])
        {
            Unlink((2 * operation) + 1);
        }

        return true;
    }

    /// <summary>Undoes the last placement and returns its operation.</summary>
    private int TakeBack()
    {
        (int operation, _state) = _stack[--_depth];
        Toggle(operation);
        _knownLeft += _isKnown[operation] ? 1 : 0;

        // In the reverse order of lifting: each node's neighbours are then those it was taken from.
        if (_isKnown[operation])
        {
            Relink((2 * operation) + 1);
        }

        Relink(2 * operation);
        return operation;
    }

    private static bool Explains(ModelStep step, Operation operation) => operation.End switch
    {
        OperationEnd.Done => step.End == OperationEnd.Done && step.Value == operation.Value,
        OperationEnd.Rejected or OperationEnd.Failed => step.End == operation.End,
        OperationEnd.Applied => step.End == OperationEnd.Done,
        OperationEnd.Unknown or OperationEnd.Open => true,
        OperationEnd.NotApplied => false,
    };

    private void Toggle(int operation)
    {
        _done[operation >> 6] ^= 1UL << (operation & 63);
        _doneHash ^= SearchMemo.Mix((ulong)operation + 1);
    }

    private void Unlink(int node)
    {
        _next[_previous[node]] = _next[node];
        if (_next[node] != None)
        {
            _previous[_next[node]] = _previous[node];
        }
    }

    private void Relink(int node)
    {
        _next[_previous[node]] = node;
        if (_next[node] != None)
        {
            _previous[_next[node]] = node;
        }
    }

    private void KeepLongest(int blocked)
    {
        if (_depth <= _longestDepth)
        {
            return;
        }

        (_longestDepth, _blocked, _blockedState) = (_depth, blocked, _state);
        for (int i = 0; i < _depth; i++)
        {
            _longest[i] = _stack[i].Operation;
        }
    }
}
