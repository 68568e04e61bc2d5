namespace Dike;

/// <summary>A limit on work in flight was reached; the command was not accepted.</summary>
public sealed class DikeOverloadedException : DikeException
{
    internal DikeOverloadedException(string message, CommandId commandId, TimeSpan retryAfter)
        : base(DikeErrorCode.Overloaded, Outcome.NotApplied, true, commandId, message) => RetryAfter = retryAfter;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan RetryAfter { get; }
}
