using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>One seed that was run.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Result">What came of it.</param>
/// <param name="RanTwice">Whether it was run twice and both runs compared.</param>
internal sealed record SeedOutcome(long Seed, RunResult Result, bool RanTwice);
