using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// What a command came to, as the replicated state keeps it for retries: alike on every replica that applied the same slot. Texts that may differ between
/// replicas (an exception's message) are not in it.
/// </summary>
/// <param name="Status">Done, Rejected, Failed, ContractMismatch or, until a later command has given the answer, Deferred.</param>
/// <param name="Slot">The slot at which it was executed.</param>
/// <param name="Code">The rejection's code, or the type of what the handler threw; else empty.</param>
/// <param name="Message">The rejection's message; else empty.</param>
/// <param name="Value">The serialized value of a command that is done and has one.</param>
/// <param name="IsComputedElsewhere">The command is done, but its value is computed by a delegate on the process that held the request, so only that process has it.</param>
internal sealed record StoredResult(CallStatus Status, long Slot, string Code, string Message, ReadOnlyMemory<byte> Value, bool IsComputedElsewhere)
{
    /// <summary>Whether the caller waits for a later command: the session holds an open ticket.</summary>
    public bool IsDeferred => Status == CallStatus.Deferred;

    /// <summary>Whether what the handler did to the state is kept.</summary>
    public bool KeepsChanges => Status is CallStatus.Done or CallStatus.Deferred;

    /// <summary>The computation of this very process, or null. Not replicated: it is in no hash, and gone after a restart.</summary>
    public RunningReply? Reply { get; init; }

    /// <summary>What the handler's exception said here. Not replicated either: texts may depend on a replica's culture and build.</summary>
    public string? LocalMessage { get; init; }

    public static StoredResult Done(Dike.Paxos.Slot slot, ReadOnlyMemory<byte> value) => new(CallStatus.Done, slot.Value, "", "", value, false);

    public static StoredResult Computed(Dike.Paxos.Slot slot) => new(CallStatus.Done, slot.Value, "", "", default, true);

    public static StoredResult Deferred(Dike.Paxos.Slot slot) => new(CallStatus.Deferred, slot.Value, "", "", default, false);

    public static StoredResult Rejected(Dike.Paxos.Slot slot, string code, string? message) =>
        new(CallStatus.Rejected, slot.Value, code, message ?? "", default, false);

    /// <summary>A handler that threw. The type is named without assemblies, whose versions differ between runtimes.</summary>
    public static StoredResult Failed(Dike.Paxos.Slot slot, Exception exception) =>
        new(CallStatus.Failed, slot.Value, exception.GetType().ToString(), "", default, false) { LocalMessage = exception.Message };

    public static StoredResult ContractMismatch(Dike.Paxos.Slot slot, Exception exception) =>
        new(CallStatus.ContractMismatch, slot.Value, exception.GetType().ToString(), "", default, false) { LocalMessage = exception.Message };
}
