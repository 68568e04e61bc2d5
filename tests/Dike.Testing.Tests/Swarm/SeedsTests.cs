using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

/// <summary>Whole clusters, for every change: fifty seeds that stay the same. Thousands of others are for <c>simulate</c>.</summary>
public sealed class SeedsTests
{
    private const long From = 1_000_001;

    private const int Seeds = 50;

    private const long SpoiledSeed = From + 2;

    [Fact]
    public async Task RunAsync_FiftyFixedSeeds_AreClean()
    {
        SwarmSummary summary = await RunAsync(Seeds, Canary.IsAsked ? Canary.Spoil(Simulator.Run, SpoiledSeed) : Simulator.Run);

        Assert.True(summary.IsClean, Describe(summary));
        Assert.NotEqual(0, summary.Statistics.RanTwice);
    }

    [Fact]
    public async Task RunAsync_WithTheCanary_Fails()
    {
        SwarmSummary summary = await RunAsync(3, Canary.Spoil(Simulator.Run, SpoiledSeed));

        SeedOutcome failure = Assert.Single(summary.Failures);
        Assert.Equal((SpoiledSeed, Canary.Failure), (failure.Seed, failure.Result.Failure));
        Assert.False(summary.IsClean);
    }

    private static Task<SwarmSummary> RunAsync(int seeds, PlanRunner runner) =>
        new SwarmRun(new SwarmOptions(From, seeds, Environment.ProcessorCount, false), seed => SwarmPlans.Draw(seed, PlanLimits.None), runner)
            .RunAsync(_ => { }, TestContext.Current.CancellationToken);

    private static string Describe(SwarmSummary summary) => string.Join('\n',
    [
        .. summary.Failures.Select(failure => $"seed {failure.Seed}: {failure.Result.Failure}\n{PlanText.Write(failure.Result.Plan)}"),
        .. summary.Statistics.InvalidReasons.Select(reason => $"{reason.Seeds} of {summary.Statistics.Seeds} seeds did not count: {reason.Reason} (seed {reason.FirstSeed})"),
    ]);
}
