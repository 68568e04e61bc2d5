using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// The delegates of <c>From</c> that this process runs, and the answers that depend on them. Not replicated: they end with the process.
/// Owned by the <see cref="GroupCore"/>.
/// </summary>
internal sealed class RunningReplies
{
    private readonly Dictionary<CommandId, StoredResult> _running = [];

    /// <summary>Who waits for a delegate, in the order of the commands' slots.</summary>
    public IEnumerable<CallTicket> Tickets => _running.Values.OrderBy(result => result.Slot).SelectMany(result => result.Reply!.Waiting.All);

    /// <summary>A command was applied whose value this process computes.</summary>
    public void Begin(CommandId commandId, StoredResult result)
    {
        Invariant.Require(result.Reply is { HasEnded: false });

        // A second start would be a second run of the delegate.
        bool isNew = _running.TryAdd(commandId, result);
        Invariant.Require(isNew);
    }

    /// <summary>Answers with a command's result, now or, if its delegate still runs here, when that ends.</summary>
    public static void AnswerOrJoin(CallTicket ticket, StoredResult result, GroupOutputs outputs)
    {
        if (!result.IsComputedElsewhere)
        {
            outputs.Answers.Add((ticket, Answer.Of(ticket, result)));
        }
        else if (result.Reply is not { } reply)
        {
            outputs.Answers.Add((ticket, Answer.ReplyIsElsewhere(ticket, result)));
        }
        else if (reply.HasEnded)
        {
            outputs.Answers.Add((ticket, Answer.Of(ticket, result, reply)));
        }
        else
        {
            reply.Waiting.Add(ticket);
        }
    }

    /// <summary>The delegate has ended: answers all who wait for it. Later retries find the value with the session's result.</summary>
    public void End(CommandId commandId, ReadOnlyMemory<byte>? value, string? failure, GroupOutputs outputs)
    {
        Invariant.Require(value.HasValue != failure is not null);
        bool wasRunning = _running.Remove(commandId, out StoredResult? result);
        Invariant.Require(wasRunning);
        RunningReply reply = result!.Reply!;
        reply.End(value ?? default, failure);
        foreach (CallTicket ticket in reply.Waiting)
        {
            outputs.Answers.Add((ticket, Answer.Of(ticket, result, reply)));
        }

        reply.Waiting.Clear();
    }

    public void Abandon(object owner)
    {
        foreach (StoredResult result in _running.Values)
        {
            result.Reply!.Waiting.Remove(owner);
        }
    }
}
