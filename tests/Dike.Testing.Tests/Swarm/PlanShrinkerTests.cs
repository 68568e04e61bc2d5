using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

public sealed class PlanShrinkerTests
{
    private const int MaxRuns = 500;

    [Fact]
    public void Shrink_OneFaultIsToBlame_FindsItAlone()
    {
        foreach (int seed in Enumerable.Range(0, 50))
        {
            FaultPlan plan = SwarmPlans.Draw(seed, PlanLimits.None with { Nodes = 5 });
            if (!plan.Faults.IsEmpty)
            {
                PlannedFault toBlame = plan.Faults[seed % plan.Faults.Length];

                ShrinkResult shrunk = Shrink(plan, candidate => candidate.Faults.Any(fault => fault.Kind == toBlame.Kind) ? "Agreement: slot 17" : null);

                Assert.Equal(toBlame.Kind, Assert.Single(shrunk.Result.Plan.Faults).Kind);
                Assert.True(shrunk.IsExhausted, $"seed {seed}");
                Assert.Null(PlanRules.Refuse(shrunk.Result.Plan));
            }
        }
    }

    [Fact]
    public void Shrink_TwoFaultsTogetherAreToBlame_KeepsBothAndNoOther()
    {
        FaultPlan plan = FakeRuns.Plan(1, [.. Enumerable.Range(0, 40).Select(index => new PlannedFault(FaultKind.Pause, index * 100, 50, index % 5))]);

        ShrinkResult shrunk = Shrink(plan, candidate =>
            candidate.Faults.Any(fault => fault.AtMs == 300) && candidate.Faults.Any(fault => fault.AtMs == 3_700) ? "stuck" : null);

        Assert.Equal([300L, 3_700L], shrunk.Result.Plan.Faults.Select(fault => fault.AtMs));
    }

    [Fact]
    public void Shrink_NothingButTheSeedIsToBlame_LeavesTheSmallestPlan()
    {
        ShrinkResult shrunk = Shrink(SwarmPlans.Draw(11, PlanLimits.None with { Nodes = 5 }), _ => "always");

        Assert.Equal("seed=11 nodes=1 replicas=1 groups=1 clients=1 commands=1", PlanText.Write(shrunk.Result.Plan).Split(" snapshot")[0]);
        Assert.Empty(shrunk.Result.Plan.Faults);
        Assert.Equal(1, shrunk.Result.Plan.FaultsUntilMs);
    }

    [Fact]
    public void Shrink_SizesMatter_FindsTheSmallestThatFail()
    {
        ShrinkResult shrunk = Shrink(
            FakeRuns.Plan(1) with { Groups = 4, Clients = 7 },
            plan => plan is { Nodes: >= 3, Replicas: >= 3, Groups: >= 2, Clients: >= 3, Commands: >= 123 } ? "lost" : null);

        Assert.Equal(
            "seed=1 nodes=3 replicas=3 groups=2 clients=3 commands=123 snapshot=16 until=1 faults=none", PlanText.Write(shrunk.Result.Plan));
    }

    [Fact]
    public void Shrink_LengthAndRateMatter_FindsTheMildestThatFails()
    {
        FaultPlan plan = FakeRuns.Plan(
            1, new PlannedFault(FaultKind.Loss, 100, 50_000, Rate: 0.3), new PlannedFault(FaultKind.ClockDrift, 200, 40_000, 2, Rate: 0.5));

        ShrinkResult shrunk = Shrink(plan, candidate =>
            candidate.Faults.Any(fault => fault is { Kind: FaultKind.Loss, LengthMs: >= 1_000, Rate: >= 0.05 })
            && candidate.Faults.Any(fault => fault is { Kind: FaultKind.ClockDrift, Rate: <= 0.8 }) ? "late" : null);

        PlannedFault loss = shrunk.Result.Plan.Faults[0];
        PlannedFault drift = shrunk.Result.Plan.Faults[1];
        Assert.InRange(loss.LengthMs, 1_000, 1_000 + (2 * PlanReductions.SmallestStepMs));
        Assert.InRange(loss.Rate, 0.05, 0.1);
        Assert.InRange(drift.LengthMs, 0, PlanReductions.SmallestStepMs);
        Assert.InRange(drift.Rate, 0.6, 0.8);
    }

    [Fact]
    public void Shrink_FewerNodes_MovesTheFaultsOfThoseThatAreGone()
    {
        FaultPlan plan = FakeRuns.Plan(1, new PlannedFault(FaultKind.Crash, 100, 50, 4), new PlannedFault(FaultKind.FullPartition, 200, 50, Variant: 0b10001));

        ShrinkResult shrunk = Shrink(plan, candidate => candidate.Faults.Length == 2 ? "both" : null);

        Assert.Equal(3, shrunk.Result.Plan.Nodes);
        Assert.Equal(1, shrunk.Result.Plan.Faults[0].Node);
        Assert.Equal(0b001, shrunk.Result.Plan.Faults[1].Variant);
    }

    [Fact]
    public void Shrink_AnotherFailureOnTheWay_IsNotTakenForTheSame()
    {
        FaultPlan plan = FakeRuns.Plan(1, new PlannedFault(FaultKind.Crash, 100, 50, 4), new PlannedFault(FaultKind.Pause, 200, 50, 1));

        ShrinkResult shrunk = Shrink(plan, candidate => candidate.Faults.Length == 2 ? "Agreement: slot 4 of node 2\nmore" : "Liveness: group 1");

        Assert.Equal(2, shrunk.Result.Plan.Faults.Length);
        Assert.StartsWith("Agreement", shrunk.Result.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Shrink_SameFailureWithOtherNumbers_IsTheSame()
    {
        FaultPlan plan = FakeRuns.Plan(1, new PlannedFault(FaultKind.Crash, 100, 50, 4));

        ShrinkResult shrunk = Shrink(plan, candidate => $"Agreement: slot {candidate.Commands} has hash {candidate.Commands * 0x1234567L:x16}\n{candidate.Groups}");

        Assert.Equal(1, shrunk.Result.Plan.Commands);
    }

    [Fact]
    public void Shrink_RunsAreBounded_EndsWithTheBestSoFarAndSaysSo()
    {
        FaultPlan plan = SwarmPlans.Draw(12, PlanLimits.None with { Nodes = 5 });
        List<ShrinkProgress> reports = [];
        int runs = 0;

        ShrinkResult shrunk = PlanShrinker.Shrink(
            FakeRuns.Failed(plan, "x"),
            candidate =>
            {
                runs++;
                return candidate.Commands < 50 ? FakeRuns.Clean(candidate) : FakeRuns.Failed(candidate, "x");
            },
            7,
            reports.Add,
            TestContext.Current.CancellationToken);

        Assert.Equal((7, 7, false), (runs, shrunk.Runs, shrunk.IsExhausted));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], reports.Select(report => report.Runs));
        Assert.Equal(shrunk.Result.Plan, reports[^1].Best);
    }

    [Fact]
    public void Shrink_Interrupted_EndsWithTheBestSoFar()
    {
        using var interruption = new CancellationTokenSource();
        FaultPlan plan = FakeRuns.Plan(1, [.. Enumerable.Range(0, 16).Select(index => new PlannedFault(FaultKind.Pause, index, 50, 0))]);

        ShrinkResult shrunk = PlanShrinker.Shrink(
            FakeRuns.Failed(plan, "x"), plan => FakeRuns.Failed(plan, "x"), MaxRuns, _ => interruption.Cancel(), interruption.Token);

        Assert.Equal((1, false), (shrunk.Runs, shrunk.IsExhausted));
        Assert.Empty(shrunk.Result.Plan.Faults);
    }

    [Fact]
    public void Shrink_AnyPlan_RunsNoPlanTwice()
    {
        HashSet<string> seen = [];

        Shrink(SwarmPlans.Draw(4, PlanLimits.None with { Nodes = 5 }), plan =>
        {
            Assert.True(seen.Add(PlanText.Write(plan)) || seen.Count == 1, PlanText.Write(plan));
            return plan.Commands >= 100 && plan.Faults.Length >= 3 ? "x" : null;
        });
    }

    private static ShrinkResult Shrink(FaultPlan plan, Func<FaultPlan, string?> failureOf)
    {
        RunResult Run(FaultPlan candidate) => FakeRuns.Clean(candidate) with { Failure = failureOf(candidate) };
        RunResult failing = Run(plan);
        Assert.NotNull(failing.Failure);
        return PlanShrinker.Shrink(failing, Run, MaxRuns, null, TestContext.Current.CancellationToken);
    }
}
