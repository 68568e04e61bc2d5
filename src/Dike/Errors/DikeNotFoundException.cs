namespace Dike;

/// <summary>A ring, partition or node of that name does not exist.</summary>
public sealed class DikeNotFoundException : DikeException
{
    internal DikeNotFoundException(string message, CommandId commandId, Outcome outcome = Outcome.NotApplied, Exception? inner = null)
        : base(DikeErrorCode.NotFound, outcome, false, commandId, message, inner)
    {
    }
}
