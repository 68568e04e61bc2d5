namespace Dike;

/// <summary>The handler threw, alike on every replica; the state is as it was before.</summary>
public sealed class CommandFailedException : DikeException
{
    internal CommandFailedException(string failureType, string failureMessage, long slot, CommandId commandId)
        : base(
            DikeErrorCode.CommandFailed,
            Outcome.Refused,
            false,
            commandId,
            $"The handler threw {failureType} at slot {slot}: {failureMessage} The state is unchanged.")
    {
        FailureType = failureType;
        FailureMessage = failureMessage;
        Slot = slot;
    }

    /// <summary>The full name of the exception's type.</summary>
    public string FailureType { get; }

    /// <summary>The exception's message as the answering replica saw it.</summary>
    public string FailureMessage { get; }

    /// <summary>The slot of the command in its group's log.</summary>
    public long Slot { get; }
}
