using Dike.Paxos;

namespace Dike.Node.Shards;

/// <summary>
/// What waits for the shard. Any thread posts, the shard's thread takes everything at once. Calls are bounded here, before they cost a slot;
/// all else is bounded by the connections that carry it. Ends once: what is posted afterwards is dropped.
/// </summary>
internal sealed class ShardQueue(int maxCalls)
{
    private readonly object _gate = new();
    private List<ShardInput> _waiting = new(256);
    private List<ShardInput> _taken = new(256);
    private int _calls;
    private bool _isEnded;

    public void Post(ShardInput input)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                Add(input);
            }
        }
    }

    /// <summary>Posts a call, unless as many as allowed are waiting.</summary>
    public bool TryPostCall(CallReceived call)
    {
        lock (_gate)
        {
            if (_isEnded || _calls >= maxCalls)
            {
                return false;
            }

            _calls++;
            Add(call);
            return true;
        }
    }

    /// <summary>Waits for inputs, at most <paramref name="timeoutMs"/>, and takes all. The list is valid until the next call. Null once ended.</summary>
    public IReadOnlyList<ShardInput>? Take(int timeoutMs)
    {
        Invariant.Require(timeoutMs >= 0);
        lock (_gate)
        {
            if (_waiting.Count == 0 && !_isEnded && timeoutMs > 0)
            {
                Monitor.Wait(_gate, timeoutMs);
            }

            if (_isEnded)
            {
                return null;
            }

            (_taken, _waiting) = (_waiting, _taken);
            _waiting.Clear();
            _calls = 0;
            return _taken;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _isEnded = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Add(ShardInput input)
    {
        _waiting.Add(input);
        if (_waiting.Count == 1)
        {
            Monitor.Pulse(_gate);
        }
    }
}
