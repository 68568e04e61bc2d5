using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>The last state hashes that this replica computed at slots of the log, for whoever compares replicas. Not replicated: it is evidence about the state.</summary>
internal sealed class StateChecks
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 64;

    private readonly Queue<StateCheckResult> _results = new(Capacity);

    public void Add(StateCheckResult result)
    {
        if (_results.Count == Capacity)
        {
            _results.Dequeue();
        }

        _results.Enqueue(result);
        Invariant.Require(_results.Count <= Capacity);
    }

    /// <summary>The latest result of a check, or null: an asker that repeats a number means its last request.</summary>
    public StateCheckResult? Find(ulong checkId)
    {
        StateCheckResult? found = null;
        foreach (StateCheckResult result in _results)
        {
            if (result.CheckId == checkId)
            {
                found = result;
            }
        }

        return found;
    }
}
