using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>What is told about a seed that failed.</summary>
/// <param name="Outcome">The seed and its failure.</param>
/// <param name="Replay">The command line that runs it again.</param>
/// <param name="Shrunk">What the shrinker found; null if it was not asked.</param>
/// <param name="TraceFile">Where its trace is, or null.</param>
internal sealed record FailureReport(SeedOutcome Outcome, string Replay, ShrinkResult? Shrunk, string? TraceFile)
{
    /// <summary>The smallest run that is known to fail.</summary>
    public RunResult Smallest => Shrunk?.Result ?? Outcome.Result;
}
