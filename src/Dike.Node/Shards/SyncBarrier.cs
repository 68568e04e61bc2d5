using Dike.Paxos;
using Dike.Storage;

namespace Dike.Node.Shards;

/// <summary>
/// Which groups wait for which place of the journal. Appends are added in order; when the journal says how far it is synced, the groups whose writes
/// it covers are given back with the number of their last synced write. Owned by the shard.
/// </summary>
internal sealed class SyncBarrier
{
    private readonly Queue<Waiting> _waiting = new();
    private LogPosition _last;

    /// <summary>Since when the oldest append waits for its sync, in milliseconds of the monotonic clock; null if none waits.</summary>
    public long? OldestMs => _waiting.TryPeek(out Waiting oldest) ? oldest.AppendedMs : null;

    public void Add(LogPosition position, GroupHost group, long lastNumber, long nowMs)
    {
        Invariant.Require(position.Value >= _last.Value);
        Invariant.Require(lastNumber >= 1);
        _last = position;
        _waiting.Enqueue(new Waiting(position, group, lastNumber, nowMs));
    }

    /// <summary>The next group whose writes are covered by <paramref name="synced"/>, and the number of its last one.</summary>
    public bool TryRelease(LogPosition synced, out GroupHost group, out long lastNumber)
    {
        if (_waiting.TryPeek(out Waiting oldest) && oldest.Position.Value <= synced.Value)
        {
            _waiting.Dequeue();
            (group, lastNumber) = (oldest.Group, oldest.LastNumber);
            return true;
        }

        (group, lastNumber) = (null!, 0);
        return false;
    }

    private readonly record struct Waiting(LogPosition Position, GroupHost Group, long LastNumber, long AppendedMs);
}
