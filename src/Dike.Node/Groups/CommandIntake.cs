using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// The door through which commands come into a group: a retry of what is known or waits is answered or joins it, what cannot be decided here is sent elsewhere, and
/// what would break a limit is refused before it gets a slot. Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class CommandIntake(
    Applier applier, PendingCommands commands, Deliveries deliveries, Reader reader, Leadership leadership, GroupOptions options)
{
    /// <summary>Takes a command in: answers it, lets it join what waits already, or gathers it for the end of the turn.</summary>
    public void Submit(CallTicket ticket, Call call, Moment now, GroupOutputs outputs)
    {
        long deadlineMs = now.MonotonicMs + call.TimeoutMs;
        if (call.CommandId.Sequence <= call.AnsweredUpTo)
        {
            Give(outputs, ticket, Answer.Of(ticket, Admission.AlreadyAnswered));
        }
        else if (TryAnswerFromSession(ticket, call, deadlineMs, outputs) || commands.TryJoin(ticket, call, deadlineMs))
        {
            // A retry: answered, or waiting with the first attempt. It needs no slot of its own.
        }
        else if (!leadership.CanServe)
        {
            Give(outputs, ticket, leadership.Elsewhere(ticket));
        }
        else if (call.TimeoutMs <= 0)
        {
            Give(outputs, ticket, Answer.Expired(ticket));
        }
        else if (Limit(call) is { } limit)
        {
            Give(outputs, ticket, Answer.Overloaded(ticket, limit));
        }
        else
        {
            commands.Gather(ticket, call, deadlineMs);
        }
    }

    /// <summary>Which limit one more call would break, or null.</summary>
    public string? Limit(Call call)
    {
        if (!call.IsQuery && applier.Sessions.Find(call.CommandId) is { } session && session.Open.Count >= options.MaxOpenResults)
        {
            return $"The session has {session.Open.Count} results whose arrival was not acknowledged; the limit is {options.MaxOpenResults}.";
        }

        return commands.Limit(call, reader.Waiting + deliveries.Waiting);
    }

    /// <summary>Answers a retry whose result is in the applied state: it is decided, so any replica may tell it.</summary>
    private bool TryAnswerFromSession(CallTicket ticket, Call call, long deadlineMs, GroupOutputs outputs)
    {
        if (applier.Sessions.Find(call.CommandId) is not { } session)
        {
            return false;
        }

        if (call.CommandId.Sequence <= session.AnsweredUpTo)
        {
            Give(outputs, ticket, Answer.Of(ticket, Admission.AlreadyAnswered));
            return true;
        }

        // A replica that has not the computed value leaves the retry to the leader, which may be the one that has it.
        if (session.Find(call.CommandId.Sequence) is not { } result || (result is { IsComputedElsewhere: true, Reply: null } && !leadership.IsLeader))
        {
            return false;
        }

        if (result.IsDeferred && (!leadership.CanServe || call.TimeoutMs <= 0))
        {
            // Only where the completion is sure to be heard of: a replica that was cut off may never apply it. Not "not leader": that says "not applied", and it was.
            Give(outputs, ticket, leadership.CanServe ? Answer.WaitEnded(ticket) : Answer.LeadershipLost(ticket, leadership.LeaderNode));
            return true;
        }

        deliveries.AnswerOrJoin(ticket, call.CommandId, result, deadlineMs, outputs);
        return true;
    }

    private static void Give(GroupOutputs outputs, CallTicket ticket, CallResult result) => outputs.Answers.Add((ticket, result));
}
