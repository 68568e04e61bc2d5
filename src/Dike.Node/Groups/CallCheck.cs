using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>Compares a call with the machine's contract and the limits, before anything is proposed: what is wrong with a call alone never gets a slot.</summary>
internal static class CallCheck
{
    /// <summary>Why the call does not fit, or null.</summary>
    public static string? Mismatch(Call call, MachineContract contract, GroupOptions options)
    {
        if (call.Machine != contract.Name)
        {
            return $"The call is for the machine '{call.Machine}', the group runs '{contract.Name}'.";
        }

        if (contract.Find(call.Method) is not { } method)
        {
            return $"The machine '{contract.Name}' has no method with the number {call.Method:x8} on this node. Build caller and node from the same contract.";
        }

        if (method.IsQuery != call.IsQuery)
        {
            return $"{contract.Name}.{method.Name} is a {(method.IsQuery ? "query" : "command")}, the call sends it as a {(call.IsQuery ? "query" : "command")}.";
        }

        if (call.Arguments.Length > options.MaxCommandBytes)
        {
            return $"The arguments of {contract.Name}.{method.Name} take {call.Arguments.Length} bytes, at most {options.MaxCommandBytes} are allowed.";
        }

        return KeyRing.Invalid(call.Key) ?? (call.IsQuery ? null : InvalidId(call));
    }

    private static string? InvalidId(Call call) => call.CommandId is { SessionStart: >= 1, Sequence: >= 1 }
        ? null
        : $"The command has the id {call.CommandId}: session start and sequence must be 1 or more.";
}
