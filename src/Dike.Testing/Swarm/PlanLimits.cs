using System.Collections.Immutable;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>What all plans of a run have in common; the rest is each seed's own draw.</summary>
/// <param name="Profile">Which mixes are drawn from.</param>
/// <param name="Nodes">1, 3 or 5 nodes for every seed; null lets each seed draw.</param>
/// <param name="Without">Kinds that no seed gets; what else a seed draws does not depend on them.</param>
internal sealed record PlanLimits(PlanProfile Profile, int? Nodes, ImmutableSortedSet<FaultKind> Without)
{
    /// <summary>Everything, in every size.</summary>
    public static PlanLimits None { get; } = new(PlanProfile.Default, null, []);
}
