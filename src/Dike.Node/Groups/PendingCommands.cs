using System.Diagnostics.CodeAnalysis;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>A command that waits on this node for a slot, or for its slot to be decided.</summary>
internal sealed class PendingCommand(Call call, long number, long deadlineMs)
{
    public Call Call { get; } = call;

    /// <summary>Its place in the order of arrival.</summary>
    public long Number { get; } = number;

    /// <summary>When it is no longer worth a slot, in monotonic milliseconds.</summary>
    public long DeadlineMs { get; set; } = deadlineMs;

    /// <summary>Whether it was proposed here: from then on its end is not ours to say.</summary>
    public bool HasSlot { get; set; }

    /// <summary>Who wants the answer: the first sender and its retries.</summary>
    public TicketList Tickets { get; } = new();
}

/// <summary>
/// The commands that wait on this node, by id: a retry of one that waits joins it and costs nothing. Owned by the <see cref="GroupCore"/>; nothing of it is
/// replicated, and losing it loses only the waiting.
/// </summary>
internal sealed class PendingCommands(GroupOptions options)
{
    private readonly Dictionary<CommandId, PendingCommand> _byId = [];
    private List<PendingCommand> _gathered = [];
    private long _lastNumber;

    public int Count => _byId.Count;

    /// <summary>Bytes of arguments of all that wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>Who waits, in the order of arrival of the commands.</summary>
    public IEnumerable<CallTicket> Tickets => _byId.Values.OrderBy(pending => pending.Number).SelectMany(pending => pending.Tickets.All);

    /// <summary>Lets a retry join the command that already waits under its id.</summary>
    public bool TryJoin(CallTicket ticket, Call call, long deadlineMs)
    {
        if (!_byId.TryGetValue(call.CommandId, out PendingCommand? pending))
        {
            return false;
        }

        pending.DeadlineMs = Math.Max(pending.DeadlineMs, deadlineMs);
        pending.Tickets.Add(ticket);
        return true;
    }

    /// <summary>Which limit one more command would break, or null.</summary>
    public string? Limit(Call call, int alsoWaiting)
    {
        if (Count + alsoWaiting >= options.MaxInFlight)
        {
            return $"{options.MaxInFlight} calls of this group wait on this node, which is the limit.";
        }

        return Bytes > 0 && Bytes + call.Arguments.Length > options.MaxInFlightBytes
            ? $"Commands of this group that wait on this node would hold more than {options.MaxInFlightBytes} bytes of arguments, which is the limit."
            : null;
    }

    public void Gather(CallTicket ticket, Call call, long deadlineMs)
    {
        var pending = new PendingCommand(call, ++_lastNumber, deadlineMs);
        pending.Tickets.Add(ticket);
        bool isNew = _byId.TryAdd(call.CommandId, pending);
        Invariant.Require(isNew);
        _gathered.Add(pending);
        Bytes += call.Arguments.Length;
    }

    /// <summary>What was gathered since the last call and still waits, in the order of arrival.</summary>
    public IReadOnlyList<PendingCommand> TakeGathered()
    {
        if (_gathered.Count == 0)
        {
            return [];
        }

        List<PendingCommand> gathered = _gathered;
        _gathered = [];

        // One that was applied, or given up, in the meantime waits no more.
        gathered.RemoveAll(pending => !_byId.TryGetValue(pending.Call.CommandId, out PendingCommand? current) || current != pending);
        return gathered;
    }

    /// <summary>Ends the waiting for one command.</summary>
    public bool TryRemove(CommandId commandId, [NotNullWhen(true)] out PendingCommand? pending)
    {
        if (!_byId.Remove(commandId, out pending))
        {
            return false;
        }

        Bytes -= pending.Call.Arguments.Length;
        Invariant.Require(Bytes >= 0, $"{Bytes} bytes, {Count} commands");
        return true;
    }

    /// <summary>Ends the waiting for all commands that have a slot, in the order of arrival.</summary>
    public IReadOnlyList<PendingCommand> RemoveProposed()
    {
        PendingCommand[] proposed = [.. _byId.Values.Where(pending => pending.HasSlot).OrderBy(pending => pending.Number)];
        foreach (PendingCommand pending in proposed)
        {
            TryRemove(pending.Call.CommandId, out _);
        }

        return proposed;
    }

    /// <summary>Forgets who waits behind <paramref name="owner"/>. A command without a slot that nobody waits for is dropped; one with a slot goes on.</summary>
    public void Abandon(object owner)
    {
        foreach (PendingCommand pending in _byId.Values.ToArray())
        {
            pending.Tickets.Remove(owner);
            if (pending.Tickets.Count == 0 && !pending.HasSlot)
            {
                TryRemove(pending.Call.CommandId, out _);
            }
        }
    }
}
