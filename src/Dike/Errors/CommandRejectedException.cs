namespace Dike;

/// <summary>The handler refused the command; the state is as it was before.</summary>
public sealed class CommandRejectedException : DikeException
{
    internal CommandRejectedException(string rejectionCode, string? rejectionMessage, CommandId commandId)
        : base(
            DikeErrorCode.CommandRejected,
            Outcome.Refused,
            false,
            commandId,
            rejectionMessage is null ? $"The command was rejected: {rejectionCode}." : $"The command was rejected: {rejectionCode} ({rejectionMessage}).")
    {
        RejectionCode = rejectionCode;
        RejectionMessage = rejectionMessage;
    }

    /// <summary>The handler's own code.</summary>
    public string RejectionCode { get; }

    /// <summary>The handler's own message, or null.</summary>
    public string? RejectionMessage { get; }
}
