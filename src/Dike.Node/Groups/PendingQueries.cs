using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>A query that waits on this node.</summary>
/// <param name="Ticket">Who wants the answer.</param>
/// <param name="Call">The query.</param>
/// <param name="DeadlineMs">When it is no longer worth answering, in monotonic milliseconds.</param>
/// <param name="Through">The slot it must see, once that is confirmed; until then <see cref="Slot.None"/>.</param>
internal readonly record struct PendingQuery(CallTicket Ticket, Call Call, long DeadlineMs, Slot Through);

/// <summary>
/// The linearizable queries that wait on this node: first for a slot through which they must see, then for that slot to be applied. Owned by the
/// <see cref="GroupCore"/>; nothing of it is replicated.
/// </summary>
internal sealed class PendingQueries
{
    // Sorted, so that answers leave in the order of arrival on every run.
    private readonly SortedDictionary<long, PendingQuery> _byReadId = [];
    private readonly Queue<long> _confirmed = new();
    private long _lastReadId;

    public int Count => _byReadId.Count;

    /// <summary>Takes a query in and gives it the number under which to ask for its slot.</summary>
    public long Add(CallTicket ticket, Call call, long deadlineMs)
    {
        _byReadId.Add(++_lastReadId, new PendingQuery(ticket, call, deadlineMs, Slot.None));
        return _lastReadId;
    }

    /// <summary>The read may be answered once everything through <paramref name="through"/> is applied. A query that is gone is not missed.</summary>
    public void Confirm(long readId, Slot through)
    {
        if (_byReadId.TryGetValue(readId, out PendingQuery query))
        {
            _byReadId[readId] = query with { Through = through };
            _confirmed.Enqueue(readId);
        }
    }

    /// <summary>The waiting queries, in the order of arrival.</summary>
    public IEnumerable<PendingQuery> All => _byReadId.Values;

    /// <summary>Finds the next query whose slot is confirmed and applied. It waits until it is removed, so that one whose handler stops the replica is not lost.</summary>
    public bool TryFindReady(Slot applied, out long readId, out PendingQuery query)
    {
        while (_confirmed.TryPeek(out readId))
        {
            if (!_byReadId.TryGetValue(readId, out query))
            {
                _confirmed.Dequeue();
                continue;
            }

            // Slots are confirmed in ascending order but for a change of leader, so waiting behind the first that must wait costs next to nothing.
            return query.Through <= applied;
        }

        query = default;
        return false;
    }

    public bool TryRemove(long readId, out PendingQuery query) => _byReadId.Remove(readId, out query);

    /// <summary>Takes out all queries whose deadline has passed, in the order of arrival.</summary>
    public IReadOnlyList<PendingQuery> RemoveExpired(long nowMs) => RemoveWhere(query => query.DeadlineMs <= nowMs);

    public void Abandon(object owner) => RemoveWhere(query => ReferenceEquals(query.Ticket.Owner, owner));

    private PendingQuery[] RemoveWhere(Func<PendingQuery, bool> condition)
    {
        KeyValuePair<long, PendingQuery>[] removed = [.. _byReadId.Where(pair => condition(pair.Value))];
        foreach (KeyValuePair<long, PendingQuery> pair in removed)
        {
            _byReadId.Remove(pair.Key);
        }

        return [.. removed.Select(pair => pair.Value)];
    }
}
