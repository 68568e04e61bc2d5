namespace Dike;

/// <summary>An option is missing, out of range, or contradicts what the cluster or the data directory holds. The message names the option, its value and the fix.</summary>
public sealed class DikeConfigurationException : DikeException
{
    internal DikeConfigurationException(string message, CommandId commandId, Outcome outcome = Outcome.NotApplied, Exception? inner = null)
        : base(DikeErrorCode.Configuration, outcome, false, commandId, message, inner)
    {
    }
}
