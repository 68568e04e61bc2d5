namespace Dike;

/// <summary>The deadline passed before the answer came. A retry under the same command id is safe.</summary>
public sealed class DikeTimeoutException : DikeException
{
    internal DikeTimeoutException(string message, CommandId commandId, Outcome outcome = Outcome.Unknown, Exception? inner = null)
        : base(DikeErrorCode.Timeout, outcome, true, commandId, message, inner)
    {
    }
}
