namespace Dike;

/// <summary>The caller may not do that.</summary>
public sealed class DikeAccessDeniedException : DikeException
{
    internal DikeAccessDeniedException(string message, CommandId commandId, Outcome outcome = Outcome.NotApplied, Exception? inner = null)
        : base(DikeErrorCode.AccessDenied, outcome, false, commandId, message, inner)
    {
    }
}
