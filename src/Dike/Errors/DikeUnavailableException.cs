namespace Dike;

/// <summary>No quorum of the group, or no node of the cluster, can be reached. The message names each member and what is known of it.</summary>
public sealed class DikeUnavailableException : DikeException
{
    internal DikeUnavailableException(string message, CommandId commandId, Outcome outcome = Outcome.NotApplied, Exception? inner = null)
        : base(DikeErrorCode.Unavailable, outcome, true, commandId, message, inner)
    {
    }
}
