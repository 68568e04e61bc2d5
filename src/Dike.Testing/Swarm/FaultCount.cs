using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>How often a kind of fault was there.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Seeds">Seeds whose plan has it.</param>
/// <param name="Fired">How often it really hit.</param>
internal sealed record FaultCount(FaultKind Kind, int Seeds, long Fired);
