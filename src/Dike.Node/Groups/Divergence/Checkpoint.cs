using Dike.Paxos;

namespace Dike.Node.Groups.Divergence;

/// <summary>What a replica's log came to through a slot.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Chain">The chained hash of all outcomes through it.</param>
/// <param name="StateHash">The hash of the whole state, at the slots where it is computed; else null.</param>
internal readonly record struct Checkpoint(Slot Slot, UInt128 Chain, UInt128? StateHash);
