using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// Who waits on this node for a deferred reply. Nothing of it is replicated: the ticket is open whether anybody waits or not, and losing this loses only the waiting.
/// Owned by <see cref="Deliveries"/>.
/// </summary>
internal sealed class DeferredWaits
{
    private readonly Dictionary<CommandId, DeferredWait> _byId = [];
    private long _lastNumber;

    public int Count => _byId.Count;

    /// <summary>Who waits, in the order in which the waits began.</summary>
    public IEnumerable<CallTicket> Tickets => InOrder().SelectMany(wait => wait.Value.Tickets.All);

    /// <summary>The commands that are waited for, in the order in which the waits began.</summary>
    public IEnumerable<CommandId> Commands => InOrder().Select(wait => wait.Key);

    public void Add(CommandId commandId, CallTicket ticket, long deadlineMs)
    {
        if (!_byId.TryGetValue(commandId, out DeferredWait? wait))
        {
            _byId.Add(commandId, wait = new DeferredWait(++_lastNumber));
        }

        wait.Tickets.Add(ticket);
        wait.DeadlineMs = Math.Max(wait.DeadlineMs, deadlineMs);
        Invariant.Require(wait.Tickets.Count > 0, $"{commandId}");
    }

    /// <summary>Ends the waiting for one command.</summary>
    /// <returns>Who waited.</returns>
    public IReadOnlyList<CallTicket> Remove(CommandId commandId) => _byId.Remove(commandId, out DeferredWait? wait) ? wait.Tickets.All : [];

    /// <summary>Ends the waits whose deadline has passed.</summary>
    /// <returns>Who waited, in order.</returns>
    public IReadOnlyList<CallTicket> RemoveExpired(long nowMs) => RemoveAll(wait => wait.DeadlineMs <= nowMs);

    /// <summary>Ends all waits.</summary>
    /// <returns>Who waited, in order.</returns>
    public IReadOnlyList<CallTicket> RemoveAll() => RemoveAll(_ => true);

    /// <summary>Forgets who waits behind <paramref name="owner"/>.</summary>
    public void Abandon(object owner)
    {
        foreach ((_, DeferredWait wait) in InOrder())
        {
            wait.Tickets.Remove(owner);
        }

        RemoveAll(wait => wait.Tickets.Count == 0);
    }

    private List<CallTicket> RemoveAll(Func<DeferredWait, bool> matches)
    {
        var tickets = new List<CallTicket>();
        foreach (CommandId commandId in InOrder().Where(wait => matches(wait.Value)).Select(wait => wait.Key).ToArray())
        {
            tickets.AddRange(Remove(commandId));
        }

        return tickets;
    }

    private IOrderedEnumerable<KeyValuePair<CommandId, DeferredWait>> InOrder() => _byId.OrderBy(wait => wait.Value.Number);

    private sealed class DeferredWait(long number)
    {
        public long Number { get; } = number;

        public TicketList Tickets { get; } = new();

        public long DeadlineMs { get; set; }
    }
}
