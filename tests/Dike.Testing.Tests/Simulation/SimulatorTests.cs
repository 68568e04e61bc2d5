using System.Globalization;
using Dike.Testing.Checkers;
using Dike.Testing.Simulation;

namespace Dike.Testing.Tests.Simulation;

/// <summary>Whole runs: that they repeat, that they are clean where nothing is wrong, that every kind of fault really hits, and that what is wrong is found.</summary>
public sealed class SimulatorTests
{
    /// <summary>Nothing carries these out yet: a plan with one of them must not pass for tested.</summary>
    private static readonly FaultKind[] WithoutApi = [FaultKind.MixedVersions];

    public static TheoryData<string> Kinds => [.. Enum.GetValues<FaultKind>().Except(WithoutApi).Select(kind => kind.ToString())];

    public static TheoryData<string> KindsWithoutApi => [.. WithoutApi.Select(kind => kind.ToString())];

    [Fact]
    public void Run_SamePlanTwice_SameTraceAndSameText()
    {
        List<string> first = [];
        List<string> second = [];

        RunResult one = Simulator.Run(Mixed(7), first.Add);
        RunResult two = Simulator.Run(Mixed(7), second.Add);

        Assert.Equal(one.TraceHash, two.TraceHash);
        Assert.Equal(first, second);
        Assert.NotEmpty(first);
        Assert.Equal((one.Events, one.VirtualMs, one.Acknowledged), (two.Events, two.VirtualMs, two.Acknowledged));
    }

    [Fact]
    public void Run_WithAndWithoutText_SameTrace()
    {
        RunResult told = Simulator.Run(Mixed(8), static _ => { });

        Assert.Equal(told.TraceHash, Simulator.Run(Mixed(8)).TraceHash);
    }

    [Fact]
    public void Run_AnotherSeed_AnotherTrace() => Assert.NotEqual(Simulator.Run(Mixed(7)).TraceHash, Simulator.Run(Mixed(9)).TraceHash);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(5, 3)]
    [InlineData(5, 5)]
    public void Run_WithoutFaults_EverythingIsAcknowledgedAndNobodyLosesLeadership(int nodes, int replicas)
    {
        List<string> lines = [];

        RunResult result = Simulator.Run(Plan(11, nodes, replicas), lines.Add);

        Assert.Null(result.Failure);
        Assert.Null(result.Invalid);
        Assert.Empty(result.Fired);
        Assert.Equal(0, result.LeaderChanges);
        OperationEnd[] ends = [.. Ends(lines)];
        Assert.True(ends.Length >= 240, $"{ends.Length} calls ended");
        Assert.All(ends, end => Assert.True(end is OperationEnd.Done or OperationEnd.Rejected or OperationEnd.Failed, $"{end}"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Run_PlanWithOneKind_TheKindFires(string kind)
    {
        RunResult result = Simulator.Run(Plan(23, 3, 3, FaultsOf(Enum.Parse<FaultKind>(kind))));

        Assert.Null(result.Failure);
        Assert.True(result.Fired.GetValueOrDefault(Enum.Parse<FaultKind>(kind)) > 0, $"fired: {string.Join(", ", result.Fired)}");
        Assert.Null(result.Invalid);
    }

    [Theory]
    [MemberData(nameof(KindsWithoutApi))]
    public void Run_PlanWithAKindThatNothingCarriesOut_DoesNotCount(string kind)
    {
        RunResult result = Simulator.Run(Plan(23, 3, 3, [new PlannedFault(Enum.Parse<FaultKind>(kind), 3_000, 0)]));

        Assert.Null(result.Failure);
        Assert.Equal($"{kind} never fired", result.Invalid);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void RunSpoiled_StoreForgetsWhatItReportedAsSynced_IsFound(int nodes)
    {
        FaultPlan plan = Plan(31, nodes, nodes, [.. Enumerable.Range(0, 6).Select(index => new PlannedFault(FaultKind.Crash, 3_000 + (index * 2_000), 300, index % nodes, -1, 0, 2))]);
        Assert.Null(Simulator.Run(plan).Failure);

        RunResult result = Simulator.RunSpoiled(plan, world =>
        {
            foreach (SimulatedNode node in world.Nodes)
            {
                node.Store.LiesAbout = 2;
            }
        });

        Assert.NotNull(result.Failure);
    }

    private static FaultPlan Mixed(long seed) => Plan(
        seed,
        5,
        3,
        [
            new PlannedFault(FaultKind.Loss, 2_000, 15_000, -1, -1, 0.05),
            new PlannedFault(FaultKind.Duplicate, 2_000, 15_000, -1, -1, 0.2),
            new PlannedFault(FaultKind.Crash, 4_000, 1_500, 0, -1, 0, 1),
            new PlannedFault(FaultKind.FullPartition, 8_000, 2_000, Variant: 0b00011),
            new PlannedFault(FaultKind.ClockJump, 11_000, 0, 2, -1, -30),
            new PlannedFault(FaultKind.Pause, 12_000, 1_000, 3),
        ]);

    private static FaultPlan Plan(long seed, int nodes, int replicas, params PlannedFault[] faults) =>
        new(seed, nodes, replicas, 2, 4, 240, 16, 20_000, [.. faults]);

    /// <summary>A few faults of a kind, sensible for three nodes, each with what it needs to be seen.</summary>
    private static PlannedFault[] FaultsOf(FaultKind kind) => kind switch
    {
        FaultKind.Loss or FaultKind.Reorder or FaultKind.Duplicate or FaultKind.LateReplay or FaultKind.DuplicateRequest => [new(kind, 2_000, 15_000, -1, -1, 0.2)],
        FaultKind.Delay => [new(kind, 2_000, 15_000, -1, -1, 5)],
        FaultKind.OneWayPartition or FaultKind.CloggedLink => [new(kind, 3_000, 3_000, 0, 1), new(kind, 9_000, 3_000, 2, 0)],
        FaultKind.SlowLink => [new(kind, 3_000, 3_000, 0, 1, 64), new(kind, 9_000, 3_000, 2, 0, 64)],
        FaultKind.PartialPartition => [new(kind, 3_000, 4_000, Variant: 1), new(kind, 10_000, 4_000, Variant: 3)],
        FaultKind.FullPartition => [new(kind, 3_000, 3_000, Variant: 0b001), new(kind, 10_000, 3_000, Variant: 0b110)],
        FaultKind.Crash => [new(kind, 3_000, 1_000, 0), new(kind, 7_000, 1_000, 1, -1, 0, 1), new(kind, 11_000, 1_000, 2, -1, 0, 2), new(kind, 15_000, 1_000, 0, -1, 0, 3)],
        FaultKind.CrashAll => [new(kind, 5_000, 500)],
        FaultKind.Restart or FaultKind.Pause or FaultKind.WipedDisk => [new(kind, 6_000, 1_500, 1)],
        FaultKind.SlowDisk => [new(kind, 3_000, 5_000, 0, -1, 50)],
        FaultKind.LostWrites or FaultKind.TornWrite =>
            [.. Enumerable.Range(0, 4).SelectMany(index => new PlannedFault[] { new(kind, 3_000 + (index * 3_000), 0, index % 3), new(FaultKind.Crash, 3_000 + (index * 3_000), 500, index % 3, -1, 0, 1) })],
        FaultKind.MisdirectedWrite or FaultKind.BitRot => [new(kind, 5_000, 0, 2), new(FaultKind.Crash, 5_500, 1_000, 2)],
        FaultKind.FullDisk => [new(kind, 5_000, 1_000, 1)],
        FaultKind.DiskError => [new(kind, 5_000, 1_000, 1, -1, 0, 3)],
        FaultKind.ClockJump => [new(kind, 5_000, 0, 1, -1, 3_600), new(kind, 9_000, 0, 2, -1, -3_600)],
        FaultKind.ClockDrift => [new(kind, 3_000, 10_000, 1, -1, 1.03)],
        FaultKind.ClockDriftBeyondBound => [new(kind, 3_000, 10_000, 1, -1, 1.5)],
        FaultKind.MembershipChange => [new(kind, 5_000, 0, Variant: 0)],
        FaultKind.LeadershipTransfer => [new(kind, 5_000, 0, 1), new(kind, 8_000, 0, 2), new(kind, 11_000, 0)],
        FaultKind.Snapshot => [new(kind, 5_000, 0, 1)],
        FaultKind.SessionExpiry => [new(kind, 3_000, 10_000, -1, -1, 0, 1)],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No plan for this kind."),
    };

    /// <summary>The ends of all calls, from the lines of a trace: the second number of a Returned carries them in its highest byte.</summary>
    private static IEnumerable<OperationEnd> Ends(IEnumerable<string> lines) =>
        from line in lines
        let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where words.Length == 6 && words[3] == "Returned"
        select (OperationEnd)(long.Parse(words[5], CultureInfo.InvariantCulture) >> 56);
}
