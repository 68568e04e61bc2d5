using System.Collections.Immutable;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

public sealed class SwarmPlansTests
{
    private const int Seeds = 3_000;

    private static readonly ImmutableArray<FaultPlan> Drawn = [.. Enumerable.Range(0, Seeds).Select(seed => SwarmPlans.Draw(seed, PlanLimits.None))];

    public static TheoryData<string> Profiles => [.. Enum.GetNames<PlanProfile>()];

    [Fact]
    public void Draw_SameSeed_GivesTheSamePlan()
    {
        foreach (FaultPlan plan in Drawn.Take(100))
        {
            Assert.Equal(PlanText.Write(plan), PlanText.Write(SwarmPlans.Draw(plan.Seed, PlanLimits.None)));
        }
    }

    [Fact]
    public void Draw_OneSeed_IsThePlanThatItAlwaysWas()
    {
        // Old seeds must keep their meaning: a change of this line means that every seed ever written down means something else now.
        string line = PlanText.Write(SwarmPlans.Draw(14, PlanLimits.None));

        Assert.Equal(
            "seed=14 nodes=1 replicas=1 groups=1 clients=3 commands=189 snapshot=16 until=49200 " +
            "faults=full-disk@2191+1088:n0;disk-error@8740+384:n0,v48;crash@15291+2405:n0,v3;disk-error@36085+1595:n0,v98;snapshot@42986:n0;snapshot@43378:n0",
            line);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Draw_AnySeedOfAnyProfile_KeepsTheRules(string profile)
    {
        foreach (int? nodes in new int?[] { null, 1, 3, 5 })
        {
            foreach (int seed in Enumerable.Range(-50, 400))
            {
                FaultPlan plan = SwarmPlans.Draw(seed, PlanLimits.None with { Profile = Enum.Parse<PlanProfile>(profile), Nodes = nodes });

                Assert.True(PlanRules.Refuse(plan) is null, $"seed {seed}: {PlanRules.Refuse(plan)} {PlanText.Write(plan)}");
                Assert.Equal(nodes ?? plan.Nodes, plan.Nodes);
                Assert.InRange(plan.Commands, 100, 300);
                Assert.InRange(plan.FaultsUntilMs, 20_000, 120_000);
                Assert.InRange(plan.Groups, 1, 4);
                Assert.InRange(plan.SnapshotEverySlots, 8, 32);
            }
        }
    }

    [Fact]
    public void Draw_ManySeeds_HaveEverySizeInThirds()
    {
        foreach (int nodes in new[] { 1, 3, 5 })
        {
            Assert.InRange(Drawn.Count(plan => plan.Nodes == nodes), Seeds * 0.3, Seeds * 0.37);
        }
    }

    [Theory]
    [InlineData(nameof(FaultKind.MembershipChange))]
    [InlineData(nameof(FaultKind.LeadershipTransfer))]
    [InlineData(nameof(FaultKind.Snapshot))]
    public void Draw_ManySeeds_HaveItInThirtyOfAHundred(string kind) =>
        Assert.InRange(Drawn.Count(plan => Has(plan, Enum.Parse<FaultKind>(kind))), Seeds * 0.3, Seeds);

    [Fact]
    public void Draw_ManySeeds_HaveEveryKindAndEverySubset()
    {
        foreach (FaultKind kind in Enum.GetValues<FaultKind>().Where(kind => kind != FaultKind.MixedVersions))
        {
            Assert.InRange(Drawn.Count(plan => Has(plan, kind)), Seeds * 0.04, Seeds * 0.7);
        }

        Assert.InRange(Drawn.Select(plan => string.Join(',', plan.Faults.Select(fault => fault.Kind).Distinct().Order())).Distinct().Count(), Seeds / 2, Seeds);
    }

    [Fact]
    public void Draw_EverySeed_WrapsItsLogsThreeTimes() =>
        Assert.All(Drawn, plan => Assert.True(plan.Commands * 0.6 / plan.Groups / plan.SnapshotEverySlots >= 3, PlanText.Write(plan)));

    [Fact]
    public void Draw_EverySeed_LeavesSyncedDataOnAMajorityOfEveryGroup()
    {
        foreach (FaultPlan plan in Drawn)
        {
            int[] damaged = [.. plan.Faults.Where(TakesSyncedData).Select(fault => fault.Node).Distinct()];

            Assert.True(damaged.Length * 2 < plan.Replicas, PlanText.Write(plan));
            Assert.False(damaged.Length > 0 && plan.Faults.Any(fault => fault is { Kind: FaultKind.MembershipChange, Variant: 1 }), PlanText.Write(plan));
        }

        Assert.InRange(Drawn.Count(plan => plan.Faults.Any(TakesSyncedData)), Seeds * 0.1, Seeds);
    }

    [Fact]
    public void Draw_SpoiledCrashes_AreMostCrashesAndStandBeforeThem()
    {
        int torn = 0;
        int crashes = 0;
        foreach (FaultPlan plan in Drawn.Where(plan => Has(plan, FaultKind.TornWrite)))
        {
            foreach (PlannedFault tear in plan.Faults.Where(fault => fault.Kind == FaultKind.TornWrite))
            {
                int crash = plan.Faults.IndexOf(plan.Faults.First(fault => fault.Kind == FaultKind.Crash && fault.AtMs == tear.AtMs && fault.Node == tear.Node));

                Assert.True(plan.Faults.IndexOf(tear) < crash, PlanText.Write(plan));
                Assert.Equal(1, plan.Faults[crash].Variant);
                torn++;
            }

            crashes += plan.Faults.Count(fault => fault.Kind == FaultKind.Crash);
        }

        Assert.InRange((double)torn / crashes, 0.8, 1);
    }

    [Fact]
    public void Draw_WithWipedDisks_WipesThreeOfTenRestartsWhereItMay()
    {
        PlanLimits limits = PlanLimits.None with { Nodes = 5, Profile = PlanProfile.Storage };
        FaultPlan[] with = [.. Enumerable.Range(0, Seeds).Select(seed => SwarmPlans.Draw(seed, limits)).Where(plan => Has(plan, FaultKind.WipedDisk))];
        int wiped = 0;
        int restarts = 0;
        foreach (FaultPlan plan in with)
        {
            HashSet<int> nodes = [.. plan.Faults.Where(TakesSyncedData).Select(fault => fault.Node)];
            PlannedFault[] ofThem = [.. plan.Faults.Where(fault => nodes.Contains(fault.Node) && IsRestart(fault))];
            wiped += ofThem.Count(fault => fault.Kind == FaultKind.WipedDisk);
            restarts += ofThem.Length;
        }

        Assert.InRange((double)wiped / restarts, 0.25, 0.5);
    }

    [Fact]
    public void Draw_WithoutAKind_LeavesTheOtherKindsAsTheyAre()
    {
        PlanLimits without = PlanLimits.None with { Without = [FaultKind.Loss, FaultKind.SlowDisk, FaultKind.ClockJump] };
        foreach (FaultPlan plan in Drawn)
        {
            FaultPlan less = SwarmPlans.Draw(plan.Seed, without);

            Assert.Equal(PlanText.Write(plan with { Faults = [.. plan.Faults.Where(fault => !without.Without.Contains(fault.Kind))] }), PlanText.Write(less));
        }
    }

    [Theory]
    [InlineData(nameof(PlanProfile.PartialPartitions), nameof(FaultKind.PartialPartition))]
    [InlineData(nameof(PlanProfile.Storage), nameof(FaultKind.Crash))]
    [InlineData(nameof(PlanProfile.Clocks), nameof(FaultKind.ClockDrift))]
    [InlineData(nameof(PlanProfile.Clients), nameof(FaultKind.SessionExpiry))]
    [InlineData(nameof(PlanProfile.Members), nameof(FaultKind.MembershipChange))]
    public void Draw_Profile_HasItsKindAndFewerOthers(string profile, string kind)
    {
        FaultPlan[] plans = [.. Enumerable.Range(0, 500).Select(seed => SwarmPlans.Draw(seed, PlanLimits.None with { Profile = Enum.Parse<PlanProfile>(profile), Nodes = 5 }))];

        Assert.InRange(plans.Count(plan => Has(plan, Enum.Parse<FaultKind>(kind))), 350, 500);
        Assert.InRange(plans.SelectMany(plan => plan.Faults).Select(fault => fault.Kind).Distinct().Count(), 5, 15);
    }

    private static bool Has(FaultPlan plan, FaultKind kind) => plan.Faults.Any(fault => fault.Kind == kind);

    private static bool IsRestart(PlannedFault fault) => fault.Kind is FaultKind.Crash or FaultKind.Restart or FaultKind.WipedDisk;

    private static bool TakesSyncedData(PlannedFault fault) => fault.Kind is FaultKind.WipedDisk or FaultKind.BitRot or FaultKind.MisdirectedWrite;
}
