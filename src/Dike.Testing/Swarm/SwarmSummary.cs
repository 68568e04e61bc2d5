using System.Collections.Immutable;

namespace Dike.Testing.Swarm;

/// <summary>What came of a run of many seeds.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Failures">The seeds that failed, ascending.</param>
/// <param name="Statistics">The figures of all seeds that count here.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="CpuTime">How much processor time it took, on all cores together.</param>
/// <param name="IsInterrupted">Whether it ended because it was told to.</param>
internal sealed record SwarmSummary(
    SwarmOptions Options, ImmutableArray<SeedOutcome> Failures, SwarmStatistics Statistics, TimeSpan Elapsed, TimeSpan CpuTime, bool IsInterrupted)
{
    /// <summary>More invalid seeds than one in so many, and the run shows nothing.</summary>
    public const int SeedsPerInvalid = 5;

    /// <summary>Whether so many seeds did not count that the rest shows too little.</summary>
    public bool HasTooManyInvalid => (long)Statistics.Invalid * SeedsPerInvalid > Statistics.Seeds;

    /// <summary>Whether every seed asked for ran, none failed and enough of them count.</summary>
    public bool IsClean => Failures.IsEmpty && !HasTooManyInvalid && !IsInterrupted && Statistics.Seeds == Options.Seeds;
}
