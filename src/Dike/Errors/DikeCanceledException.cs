namespace Dike;

/// <summary>The caller stopped waiting; the command may still be applied. A retry under the same command id is safe.</summary>
public sealed class DikeCanceledException : OperationCanceledException
{
    internal DikeCanceledException(CommandId commandId, Outcome outcome, CancellationToken cancellationToken)
        : base(Fail.CanceledMessage(commandId, outcome), cancellationToken)
    {
        CommandId = commandId;
        Outcome = outcome;
        HelpLink = "docs/errors.md#" + nameof(DikeErrorCode.Canceled).ToLowerInvariant();
    }

    /// <summary>What became of the command, as far as known.</summary>
    public Outcome Outcome { get; }

    /// <summary>The id of the command, or <see cref="CommandId.None"/> if it was never sent or the call was a query.</summary>
    public CommandId CommandId { get; }
}
