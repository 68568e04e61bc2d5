using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>How far the shrinker is.</summary>
/// <param name="Runs">Plans that were run.</param>
/// <param name="MaxRuns">How many it may run.</param>
/// <param name="Best">The smallest plan so far that fails in the same way.</param>
internal sealed record ShrinkProgress(int Runs, int MaxRuns, FaultPlan Best);
