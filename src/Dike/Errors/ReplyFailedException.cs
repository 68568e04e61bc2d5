namespace Dike;

/// <summary>The command was applied, but the delegate that computes its reply threw, or the node that ran it is gone.</summary>
public sealed class ReplyFailedException : DikeException
{
    internal ReplyFailedException(string message, CommandId commandId, Outcome outcome = Outcome.Applied, Exception? inner = null)
        : base(DikeErrorCode.ReplyFailed, outcome, false, commandId, message, inner)
    {
    }
}
