namespace Dike;

/// <summary>The data directory cannot be used: not writable, of another node or format, or damaged. The message names the path and what to do.</summary>
public sealed class DikeStorageException : DikeException
{
    internal DikeStorageException(string message, CommandId commandId, Outcome outcome = Outcome.NotApplied, Exception? inner = null)
        : base(DikeErrorCode.Storage, outcome, false, commandId, message, inner)
    {
    }
}
