using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// Sends callers elsewhere whom this replica cannot answer any more: it does not lead, leads anew, or has proved to be broken. Whoever waits behind a command that may have
/// a slot is told that its fate is unknown, never that it was not applied. Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class Referrals(PendingCommands commands, Deliveries deliveries, Reader reader, Leadership leadership)
{
    /// <summary>Gathered commands got no slot: their deadline has passed, or this replica does not lead.</summary>
    public void Unproposed(IReadOnlyList<Unproposed> unproposed, GroupOutputs outputs)
    {
        foreach (Unproposed command in unproposed)
        {
            foreach (CallTicket ticket in command.Pending.Tickets)
            {
                Reply(outputs, ticket, command.IsExpired ? Answer.Expired(ticket) : leadership.Elsewhere(ticket));
            }

            bool wasWaiting = commands.TryRemove(command.Pending.Call.CommandId, out _);
            Invariant.Require(wasWaiting, $"command {command.Pending.Call.CommandId}");
        }
    }

    /// <summary>An epoch of this replica is over. Whether its commands are decided is now up to the next leader, even if that is this replica in another ballot.</summary>
    public void EpochEnded(GroupOutputs outputs)
    {
        foreach (PendingCommand pending in commands.RemoveProposed())
        {
            foreach (CallTicket ticket in pending.Tickets)
            {
                Reply(outputs, ticket, Answer.LeadershipLost(ticket, leadership.LeaderNode));
            }
        }

        deliveries.EndEpoch(leadership.LeaderNode, outputs);
    }

    /// <summary>An exception has gone through the core: what the broken turn wanted done is dropped, and everybody who waits is sent elsewhere.</summary>
    /// <param name="submitting">Whose call was on its way in, or null.</param>
    /// <param name="outputs">The broken turn's; holds the last answers afterwards and nothing else.</param>
    public void Halted(CallTicket? submitting, GroupOutputs outputs)
    {
        CallTicket[] answeredInTurn = [.. outputs.Answers.Select(answer => answer.Ticket)];
        outputs.Clear();

        // "Not applied" would be a lie that lets a command run twice under two ids: one that has a slot may be decided by the others, one whose value is
        // being computed was applied. Which ones have a slot, and what the turn itself answered, is the word of a core that has just proved to be wrong.
        // So every command ends as unknown, and a retry under the same id finds its result with the next leader.
        var told = new HashSet<CallTicket>();
        foreach (CallTicket ticket in answeredInTurn.Concat(commands.Tickets).Concat(deliveries.Tickets).Where(told.Add))
        {
            Reply(outputs, ticket, Answer.LeadershipLost(ticket, null));
        }

        // A query changes nothing, and a call that broke the core on its way in was not gathered yet.
        CallTicket[] submitted = submitting is { } ticketInHand ? [ticketInHand] : [];
        foreach (CallTicket ticket in reader.Tickets.Concat(submitted).Where(told.Add))
        {
            Reply(outputs, ticket, Answer.NotLeader(ticket, null));
        }
    }

    private static void Reply(GroupOutputs outputs, CallTicket ticket, CallResult result) => outputs.Answers.Add((ticket, result));
}
