using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// Answers queries from the applied state. A linearizable one waits until the replica has confirmed a slot through which it must see, and until that slot is applied;
/// so it reflects every command acknowledged before it came, and a leader that was replaced without knowing answers none. Called by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class Reader(Replica replica, Applier applier, Leadership leadership)
{
    private readonly PendingQueries _queries = new();

    /// <summary>How many queries wait.</summary>
    public int Waiting => _queries.Count;

    /// <summary>Who waits, in the order of arrival.</summary>
    public IEnumerable<CallTicket> Tickets => _queries.All.Select(query => query.Ticket);

    /// <summary>Takes a query in.</summary>
    /// <param name="ticket">Who wants the answer.</param>
    /// <param name="call">The query.</param>
    /// <param name="limit">Which limit it would break by waiting, or null.</param>
    /// <param name="now">The time.</param>
    /// <param name="outputs">Where the answer goes, if it can be given at once.</param>
    public void Submit(CallTicket ticket, Call call, string? limit, Moment now, GroupOutputs outputs)
    {
        bool isLocal = call.Consistency == Consistency.Stale && leadership.HasCaughtUp(applier.Applied);
        if (isLocal && call.MaxStalenessMs == 0)
        {
            Run(ticket, call, outputs);
        }
        else if (!isLocal && !leadership.CanServe)
        {
            outputs.Answers.Add((ticket, leadership.Elsewhere(ticket)));
        }
        else if (call.TimeoutMs <= 0)
        {
            outputs.Answers.Add((ticket, Answer.Expired(ticket)));
        }
        else if (limit is not null)
        {
            outputs.Answers.Add((ticket, Answer.Overloaded(ticket, limit)));
        }
        else
        {
            long readId = _queries.Add(ticket, call, now.MonotonicMs + call.TimeoutMs);
            if (isLocal)
            {
                replica.ReadBounded(readId, call.MaxStalenessMs, outputs.Paxos);
            }
            else
            {
                replica.Read(readId, outputs.Paxos);
            }
        }
    }

    /// <summary>Takes over what a step of the replica brought, and answers what can be answered.</summary>
    public void Absorb(Moment now, GroupOutputs outputs)
    {
        Effects effects = outputs.Paxos;
        foreach (long readId in effects.ReadsRefused)
        {
            if (_queries.TryRemove(readId, out PendingQuery refused))
            {
                outputs.Answers.Add((refused.Ticket, leadership.Elsewhere(refused.Ticket)));
            }
        }

        foreach (ReadReady read in effects.ReadsReady)
        {
            _queries.Confirm(read.ReadId, read.Through);
        }

        effects.ReadsRefused.Clear();
        effects.ReadsReady.Clear();
        while (_queries.TryFindReady(applier.Applied, out long readId, out PendingQuery query))
        {
            Invariant.Require(query.Through <= applier.Applied, $"confirmed through {query.Through}, applied {applier.Applied}");
            if (query.DeadlineMs <= now.MonotonicMs)
            {
                outputs.Answers.Add((query.Ticket, Answer.Expired(query.Ticket)));
            }
            else
            {
                Run(query.Ticket, query.Call, outputs);
            }

            _queries.TryRemove(readId, out _);
        }
    }

    /// <summary>Ends the waiting of queries whose deadline has passed.</summary>
    public void Expire(Moment now, GroupOutputs outputs)
    {
        foreach (PendingQuery query in _queries.RemoveExpired(now.MonotonicMs))
        {
            outputs.Answers.Add((query.Ticket, Answer.Expired(query.Ticket)));
        }
    }

    public void Abandon(object owner) => _queries.Abandon(owner);

    private void Run(CallTicket ticket, Call call, GroupOutputs outputs) => outputs.Answers.Add((ticket, Answer.Of(ticket, applier.Query(call))));
}
