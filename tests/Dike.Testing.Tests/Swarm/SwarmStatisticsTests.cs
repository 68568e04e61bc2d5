using System.Collections.Immutable;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

public sealed class SwarmStatisticsTests
{
    [Fact]
    public void Add_Seeds_SumsUpWhatTheyShowed()
    {
        var statistics = new SwarmStatistics();
        RunResult result = FakeRuns.Clean(FakeRuns.Plan(1)) with { VirtualMs = 3_600_000 };

        statistics.Add(new SeedOutcome(1, result, false));
        statistics.Add(new SeedOutcome(2, result, true));

        Assert.Equal((2, 1, 400L, 2_000L, 4L), (statistics.Seeds, statistics.RanTwice, statistics.Acknowledged, statistics.Events, statistics.LeaderChanges));
        Assert.Equal((2.0, 3.0), (statistics.ClusterHours, statistics.SimulatedHours));
    }

    [Fact]
    public void RecoveryMsAt_Recoveries_GivesTheMedianAndTheWorst()
    {
        var statistics = new SwarmStatistics();

        statistics.Add(new SeedOutcome(1, FakeRuns.Clean(FakeRuns.Plan(1)) with { RecoveryMs = [100, 200, 300] }, false));
        statistics.Add(new SeedOutcome(2, FakeRuns.Clean(FakeRuns.Plan(2)) with { RecoveryMs = [400, 1_999] }, false));

        Assert.Equal((5L, 300L, 1_999L), (statistics.Recoveries, statistics.RecoveryMsAt(50), statistics.RecoveryMsAt(100)));
    }

    [Fact]
    public void RecoveryMsAt_NoLeaderWasTaken_IsNone()
    {
        var statistics = new SwarmStatistics();

        statistics.Add(new SeedOutcome(1, FakeRuns.Clean(FakeRuns.Plan(1)) with { RecoveryMs = [] }, false));

        Assert.Null(statistics.RecoveryMsAt(100));
    }

    [Fact]
    public void Faults_PlannedAndFired_AreCountedPerKind()
    {
        var statistics = new SwarmStatistics();
        FaultPlan plan = FakeRuns.Plan(1, new PlannedFault(FaultKind.Crash, 1, 1, 0), new PlannedFault(FaultKind.Crash, 2, 1, 0), new PlannedFault(FaultKind.BitRot, 3, 0, 0));
        var fired = new Dictionary<FaultKind, int> { [FaultKind.Crash] = 2, [FaultKind.TornWrite] = 1 };

        statistics.Add(new SeedOutcome(1, FakeRuns.Clean(plan) with { Fired = fired.ToImmutableSortedDictionary() }, false));
        statistics.Add(new SeedOutcome(2, FakeRuns.Clean(plan) with { Fired = fired.ToImmutableSortedDictionary() }, false));

        Assert.Equal(
            [new FaultCount(FaultKind.Crash, 2, 4), new FaultCount(FaultKind.TornWrite, 0, 2), new FaultCount(FaultKind.BitRot, 2, 0)], statistics.Faults);
    }

    [Fact]
    public void InvalidReasons_FailedSeedThatIsAlsoInvalid_CountsAsFailedOnly()
    {
        var statistics = new SwarmStatistics();

        statistics.Add(new SeedOutcome(1, FakeRuns.Failed(FakeRuns.Plan(1), "x") with { Invalid = "y" }, false));

        Assert.Equal(0, statistics.Invalid);
    }
}
