namespace Dike.Node.Groups;

/// <summary>
/// Brings what commands came to, to those who wait on this node: at once, when a delegate has computed the value, or when a later command has given the deferred
/// answer. Everybody is answered once. Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class Deliveries(PendingCommands commands, Applier applier)
{
    private readonly RunningReplies _replies = new();
    private readonly DeferredWaits _waits = new();

    /// <summary>How many commands are waited for that have deferred their replies.</summary>
    public int Waiting => _waits.Count;

    /// <summary>Who waits for something that was applied.</summary>
    public IEnumerable<CallTicket> Tickets => _replies.Tickets.Concat(_waits.Tickets);

    /// <summary>A command was applied.</summary>
    public void Deliver(in AppliedCommand applied, GroupOutputs outputs)
    {
        if (applied is { Admission: Admission.Execute, Result.Reply: not null })
        {
            _replies.Begin(applied.CommandId, applied.Result);
        }

        if (applied.Result is { IsDeferred: false } answer)
        {
            foreach (CallTicket ticket in _waits.Remove(applied.CommandId))
            {
                outputs.Answers.Add((ticket, Answer.Of(ticket, answer)));
            }
        }

        if (commands.TryRemove(applied.CommandId, out PendingCommand? pending))
        {
            foreach (CallTicket ticket in pending.Tickets)
            {
                if (applied.Result is { } result)
                {
                    AnswerOrJoin(ticket, applied.CommandId, result, pending.DeadlineMs, outputs);
                }
                else
                {
                    outputs.Answers.Add((ticket, Answer.Of(ticket, applied.Admission, applier.NextSessionStart)));
                }
            }
        }
    }

    /// <summary>Answers with a command's result, or lets the ticket wait for what is still to come.</summary>
    public void AnswerOrJoin(CallTicket ticket, CommandId commandId, StoredResult result, long deadlineMs, GroupOutputs outputs)
    {
        if (result.IsDeferred)
        {
            _waits.Add(commandId, ticket, deadlineMs);
        }
        else
        {
            RunningReplies.AnswerOrJoin(ticket, result, outputs);
        }
    }

    /// <summary>The delegate of a <c>From</c> has ended.</summary>
    public void End(CommandId commandId, ReadOnlyMemory<byte>? value, string? failure, GroupOutputs outputs) => _replies.End(commandId, value, failure, outputs);

    /// <summary>Ends the waits whose deadline has passed.</summary>
    public void Expire(long nowMs, GroupOutputs outputs)
    {
        foreach (CallTicket ticket in _waits.RemoveExpired(nowMs))
        {
            outputs.Answers.Add((ticket, Answer.WaitEnded(ticket)));
        }
    }

    /// <summary>
    /// This replica leads no more, so it may be the last to hear of a completion: who waits is sent to the next leader, where a retry joins the wait.
    /// </summary>
    public void EndEpoch(string? leader, GroupOutputs outputs)
    {
        foreach (CallTicket ticket in _waits.RemoveAll())
        {
            outputs.Answers.Add((ticket, Answer.LeadershipLost(ticket, leader)));
        }
    }

    /// <summary>The state was built anew: waits whose tickets it does not hold any more end with what it holds instead.</summary>
    public void Recheck(GroupOutputs outputs)
    {
        foreach (CommandId commandId in _waits.Commands.ToArray())
        {
            StoredResult? result = applier.Sessions.Find(commandId)?.Find(commandId.Sequence);
            if (result is { IsDeferred: true })
            {
                continue;
            }

            foreach (CallTicket ticket in _waits.Remove(commandId))
            {
                outputs.Answers.Add((ticket, result is { IsComputedElsewhere: false } ? Answer.Of(ticket, result) : Answer.LeadershipLost(ticket, null)));
            }
        }
    }

    public void Abandon(object owner)
    {
        _replies.Abandon(owner);
        _waits.Abandon(owner);
    }
}
