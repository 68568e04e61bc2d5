using Dike.Paxos;

namespace Dike.Node.Groups.Poison;

/// <summary>
/// "These slots are being applied": durable before the first of them is, so that the next start knows where the process died. Replaces the mark before it.
/// </summary>
/// <param name="From">The first slot.</param>
/// <param name="To">The last slot.</param>
/// <param name="Attempt">Which attempt at a single slot it is, from 1; 1 for a range.</param>
internal readonly record struct ApplyMark(Slot From, Slot To, int Attempt)
{
    /// <summary>Nothing is being applied under a mark any more.</summary>
    public static ApplyMark None => default;

    public bool Contains(Slot slot) => slot >= From && slot <= To;
}
