using System.Numerics;

namespace Dike.Node.Liveness;

/// <summary>What this node knows of a member: whether both hear each other, and what the member says of itself.</summary>
/// <param name="IsUp">Whether frames come and go between this node and the member.</param>
/// <param name="ConnectedBits">Bit i: the member says that it and member i hear each other. 0 while it is down: what it said before is not known to hold.</param>
/// <param name="IsStalled">Whether the member says that it lately stood still.</param>
internal readonly record struct PeerView(bool IsUp, uint ConnectedBits, bool IsStalled)
{
    /// <summary>Whether the member works and reaches, by its own vector, a quorum of <paramref name="members"/>, itself counted if it is one of them.</summary>
    public bool ReachesQuorumOf(uint members) => IsUp && !IsStalled && 2 * BitOperations.PopCount(ConnectedBits & members) > BitOperations.PopCount(members);
}
