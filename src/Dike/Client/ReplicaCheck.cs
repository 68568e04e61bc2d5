namespace Dike;

/// <summary>What one replica answered to a comparison at one slot.</summary>
/// <param name="Node">The replica's node.</param>
/// <param name="Slot">The slot at which the state was hashed; null if the replica did not answer: it was not compared.</param>
/// <param name="StateHash">The hash of the whole replicated state at that slot, in hexadecimal; null if the replica did not answer.</param>
public sealed record ReplicaCheck(string Node, long? Slot, string? StateHash)
{
    /// <summary>Whether the replica answered.</summary>
    public bool IsCompared => StateHash is not null;
}
