namespace Dike;

/// <summary>The group no longer keeps the session of the command, so it cannot tell whether the command was applied; it was not executed a second time.</summary>
public sealed class SessionExpiredException : DikeException
{
    internal SessionExpiredException(string message, CommandId commandId, Outcome outcome = Outcome.Unknown, Exception? inner = null)
        : base(DikeErrorCode.SessionExpired, outcome, false, commandId, message, inner)
    {
    }
}
