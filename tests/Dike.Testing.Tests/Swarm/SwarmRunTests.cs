using System.Collections.Concurrent;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

public sealed class SwarmRunTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task RunAsync_CleanSeeds_RunsEachAndTellsThemInOrder(int parallel)
    {
        List<long> told = [];

        SwarmSummary summary = await RunAsync(new SwarmOptions(100, 200, parallel, false), FakeRuns.Clean, outcome => told.Add(outcome.Seed));

        Assert.Equal(Enumerable.Range(100, 200).Select(seed => (long)seed), told);
        Assert.True(summary.IsClean);
        Assert.Equal(200, summary.Statistics.Seeds);
    }

    [Fact]
    public async Task RunAsync_LaterSeedsEndFirst_AreToldInOrderAllTheSame()
    {
        // The first seed ends only after another has: whatever the threads do, seed 1 is told first.
        using var another = new ManualResetEventSlim();
        List<long> told = [];

        await RunAsync(
            new SwarmOptions(1, 6, 2, false),
            plan =>
            {
                if (plan.Seed == 1)
                {
                    another.Wait(TestContext.Current.CancellationToken);
                }
                else
                {
                    another.Set();
                }

                return FakeRuns.Clean(plan);
            },
            outcome => told.Add(outcome.Seed));

        Assert.Equal([1, 2, 3, 4, 5, 6], told);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task RunAsync_SeedsFail_EndsAtTheFirstOnAnyNumberOfThreads(int parallel)
    {
        List<long> told = [];

        SwarmSummary summary = await RunAsync(
            new SwarmOptions(1, 500, parallel, false), plan => plan.Seed % 37 == 0 ? FakeRuns.Failed(plan, "x") : FakeRuns.Clean(plan), outcome => told.Add(outcome.Seed));

        Assert.Equal(37, Assert.Single(summary.Failures).Seed);
        Assert.Equal(37, summary.Statistics.Seeds);
        Assert.Equal(37, told.Count);
        Assert.False(summary.IsClean);
    }

    [Fact]
    public async Task RunAsync_SeedsBehindTheFirstFailureHaveEnded_DoNotCount()
    {
        using var thirdRan = new ManualResetEventSlim();
        List<long> told = [];

        SwarmSummary summary = await RunAsync(
            new SwarmOptions(1, 50, 2, false),
            plan =>
            {
                if (plan.Seed == 1)
                {
                    thirdRan.Wait(TestContext.Current.CancellationToken);
                    return FakeRuns.Failed(plan, "x");
                }

                if (plan.Seed == 3)
                {
                    thirdRan.Set();
                }

                return FakeRuns.Clean(plan);
            },
            outcome => told.Add(outcome.Seed));

        Assert.Equal([1], told);
        Assert.Equal(1, summary.Statistics.Seeds);
    }

    [Fact]
    public async Task RunAsync_KeepGoing_RunsAllAndTellsEveryFailure()
    {
        SwarmSummary summary = await RunAsync(
            new SwarmOptions(1, 100, 2, true), plan => plan.Seed % 37 == 0 ? FakeRuns.Failed(plan, "x") : FakeRuns.Clean(plan));

        Assert.Equal([37L, 74L], summary.Failures.Select(failure => failure.Seed));
        Assert.Equal(100, summary.Statistics.Seeds);
    }

    [Fact]
    public async Task RunAsync_RunThrows_IsAFailureOfItsSeed()
    {
        SwarmSummary summary = await RunAsync(
            new SwarmOptions(1, 3, 1, true), plan => plan.Seed == 2 ? throw new InvalidOperationException("slot 7 twice") : FakeRuns.Clean(plan));

        SeedOutcome failed = Assert.Single(summary.Failures);
        Assert.Equal(2, failed.Seed);
        Assert.StartsWith("InvalidOperationException: slot 7 twice\n", failed.Result.Failure, StringComparison.Ordinal);
        Assert.Equal(3, summary.Statistics.Seeds);
    }

    [Fact]
    public async Task RunAsync_AnySeeds_RunsOneOfTwentyTwice()
    {
        ConcurrentDictionary<long, int> runs = [];

        SwarmSummary summary = await RunAsync(
            new SwarmOptions(1, 100, 2, false),
            plan =>
            {
                runs.AddOrUpdate(plan.Seed, 1, (_, before) => before + 1);
                return FakeRuns.Clean(plan);
            });

        Assert.Equal([20L, 40L, 60L, 80L, 100L], runs.Where(run => run.Value == 2).Select(run => run.Key).Order());
        Assert.Equal(5, summary.Statistics.RanTwice);
    }

    [Fact]
    public async Task RunAsync_TwoRunsDiffer_FailsAndShowsWhere()
    {
        int run = 0;

        SwarmSummary summary = await new SwarmRun(new SwarmOptions(20, 1, 1, false), seed => FakeRuns.Plan(seed), (plan, trace) =>
        {
            run++;
            trace?.Invoke("same");
            trace?.Invoke($"draws {run}");
            return FakeRuns.Clean(plan) with { TraceHash = (ulong)run };
        }).RunAsync(_ => { }, TestContext.Current.CancellationToken);

        string failure = Assert.Single(summary.Failures).Result.Failure!;
        Assert.StartsWith("Determinism: two runs of one plan differ.\n", failure, StringComparison.Ordinal);
        Assert.Contains("line 2 is 'draws 3' in one run and 'draws 4' in the other", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public async Task RunAsync_InvalidSeeds_MoreThanTwentyOfAHundredAreNoPass(int invalid, bool isClean)
    {
        SwarmSummary summary = await RunAsync(
            new SwarmOptions(1, 100, 2, false),
            plan => plan.Seed <= invalid ? FakeRuns.Clean(plan) with { Invalid = $"only {plan.Seed} commands" } : FakeRuns.Clean(plan));

        Assert.Equal((invalid, isClean), (summary.Statistics.Invalid, summary.IsClean));
        InvalidReason reason = Assert.Single(summary.Statistics.InvalidReasons);
        Assert.Equal(new InvalidReason("only # commands", invalid, 1), reason);
        Assert.Empty(summary.Failures);
    }

    [Fact]
    public async Task RunAsync_Interrupted_EndsWithWhatRanAndIsNotClean()
    {
        using var interruption = new CancellationTokenSource();

        SwarmSummary summary = await new SwarmRun(new SwarmOptions(1, 1_000_000, 1, false), seed => FakeRuns.Plan(seed), (plan, _) =>
        {
            if (plan.Seed == 10)
            {
                interruption.Cancel();
            }

            return FakeRuns.Clean(plan);
        }).RunAsync(_ => { }, interruption.Token);

        Assert.Equal((10, true, false), (summary.Statistics.Seeds, summary.IsInterrupted, summary.IsClean));
    }

    [Fact]
    public async Task RunAsync_SeedWithoutAPlan_ThrowsAndEndsTheOthers()
    {
        var run = new SwarmRun(
            new SwarmOptions(1, int.MaxValue, 2, true),
            seed => seed == 5 ? throw new InvalidOperationException("no plan") : FakeRuns.Plan(seed),
            (plan, _) => FakeRuns.Clean(plan));

        await Assert.ThrowsAsync<InvalidOperationException>(() => run.RunAsync(_ => { }, TestContext.Current.CancellationToken));
    }

    private static Task<SwarmSummary> RunAsync(SwarmOptions options, Func<FaultPlan, RunResult> run, Action<SeedOutcome>? ended = null) =>
        new SwarmRun(options, seed => FakeRuns.Plan(seed), (plan, _) => run(plan)).RunAsync(ended ?? (_ => { }), TestContext.Current.CancellationToken);
}
