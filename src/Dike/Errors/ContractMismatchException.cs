namespace Dike;

/// <summary>Caller and node disagree about the machine: an unknown machine or method, or other parameters.</summary>
public sealed class ContractMismatchException : DikeException
{
    internal ContractMismatchException(string message, CommandId commandId, Outcome outcome = Outcome.NotApplied, Exception? inner = null)
        : base(DikeErrorCode.ContractMismatch, outcome, false, commandId, message, inner)
    {
    }
}
