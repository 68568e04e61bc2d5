using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// Who waits for one command: its first sender and the retries that joined it. All of them get the answer. Bounded, because each retry of a caller that lost
/// patience adds one: beyond <see cref="Capacity"/> the oldest is forgotten, whose caller has asked again that many times since.
/// </summary>
internal sealed class TicketList
{
    public const int Capacity = 64;

    private readonly List<CallTicket> _tickets = [];

    public int Count => _tickets.Count;

    public IReadOnlyList<CallTicket> All => _tickets;

    public void Add(CallTicket ticket)
    {
        if (_tickets.Contains(ticket))
        {
            return;
        }

        if (_tickets.Count == Capacity)
        {
            _tickets.RemoveAt(0);
        }

        _tickets.Add(ticket);
        Invariant.Require(_tickets.Count <= Capacity, $"{_tickets.Count} tickets");
    }

    public void Remove(object owner) => _tickets.RemoveAll(ticket => ReferenceEquals(ticket.Owner, owner));

    public void Clear() => _tickets.Clear();

    public List<CallTicket>.Enumerator GetEnumerator() => _tickets.GetEnumerator();
}
