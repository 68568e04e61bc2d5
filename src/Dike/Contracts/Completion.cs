namespace Dike;

/// <summary>An answer that a command gave to a ticket. Buffered in its context: it takes effect only if the command itself is neither rejected nor failed.</summary>
/// <param name="slot">The slot of the ticket.</param>
/// <param name="commandId">The command of the ticket.</param>
/// <param name="value">The serialized value; null for a rejection, and where there is no host.</param>
internal abstract class Completion(long slot, CommandId commandId, byte[]? value)
{
    public long Slot { get; } = slot;

    public CommandId CommandId { get; } = commandId;

    public byte[]? Value { get; } = value;

    /// <summary>The rejection's code, or null.</summary>
    public abstract string? Code { get; }

    public abstract string? Message { get; }
}

/// <summary>A <see cref="Completion"/> with the value as it was given, for unit tests.</summary>
internal sealed class Completion<T>(Deferred<T> ticket, Reply<T> answer, byte[]? value) : Completion(ticket.Slot, ticket.CommandId, value)
{
    public Reply<T> Answer { get; } = answer;

    public override string? Code => Answer.Code;

    public override string? Message => Answer.Message;
}
