using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>What the shrinker found.</summary>
/// <param name="Result">The run of the smallest failing plan.</param>
/// <param name="Runs">Plans that were run for it.</param>
/// <param name="IsExhausted">Whether it ended because nothing smaller fails, not because its runs were used up or it was interrupted.</param>
internal sealed record ShrinkResult(RunResult Result, int Runs, bool IsExhausted);
