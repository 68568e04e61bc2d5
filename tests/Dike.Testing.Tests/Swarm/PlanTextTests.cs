using CsCheck;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

public sealed class PlanTextTests
{
    private const string Line =
        "seed=-7 nodes=5 replicas=3 groups=2 clients=4 commands=200 snapshot=16 until=60000 " +
        "faults=loss@2000+58000:r0.125;one-way-partition@2500+300:n1,o4;full-partition@3000+10:v5;disk-error@3000+50:n2,v17;snapshot@4000:n0;clock-jump@5000:n3,r-0.5";

    [Fact]
    public void Write_Plan_IsTheLine() => Assert.Equal(
        Line,
        PlanText.Write(FakeRuns.Plan(
            -7,
            new PlannedFault(FaultKind.Loss, 2_000, 58_000, Rate: 0.125),
            new PlannedFault(FaultKind.OneWayPartition, 2_500, 300, 1, 4),
            new PlannedFault(FaultKind.FullPartition, 3_000, 10, Variant: 5),
            new PlannedFault(FaultKind.DiskError, 3_000, 50, 2, Variant: 17),
            new PlannedFault(FaultKind.Snapshot, 4_000, 0, 0),
            new PlannedFault(FaultKind.ClockJump, 5_000, 0, 3, Rate: -0.5))));

    [Fact]
    public void Parse_Line_IsWrittenAgainAsItWas() => Assert.Equal(Line, PlanText.Write(PlanText.Parse(Line)));

    [Fact]
    public void Parse_NoFaults_IsAPlan() =>
        Assert.Empty(PlanText.Parse("seed=1 nodes=1 replicas=1 groups=1 clients=1 commands=1 snapshot=1 until=1 faults=none").Faults);

    [Fact]
    public void Parse_FieldsInAnyOrderAndBlanks_IsTheSamePlan() =>
        Assert.Equal(Line, PlanText.Write(PlanText.Parse("  until=60000  " + Line.Replace("until=60000 ", "", StringComparison.Ordinal) + " ")));

    [Fact]
    public void Parse_EveryDrawnPlan_GivesItBack() =>
        Gen.Select(Gen.Long, Gen.Enum<PlanProfile>()).Sample(
            (seed, profile) =>
            {
                FaultPlan plan = SwarmPlans.Draw(seed, PlanLimits.None with { Profile = profile });
                FaultPlan read = PlanText.Parse(PlanText.Write(plan));
                Assert.Equal(plan.Faults.AsEnumerable(), read.Faults);
                Assert.Equal(plan with { Faults = [] }, read with { Faults = [] });
            },
            iter: 1_000);

    [Fact]
    public void Parse_AnyRate_GivesItBackExactly() =>
        Gen.Double[0, 1].Sample(rate =>
            Assert.Equal(rate, PlanText.Parse(PlanText.Write(FakeRuns.Plan(1, new PlannedFault(FaultKind.Loss, 0, 0, Rate: rate)))).Faults[0].Rate));

    [Theory]
    [InlineData("", "'seed=' is missing")]
    [InlineData("seed=1", "'nodes=' is missing")]
    [InlineData("seed=1 knots=5", "column 8, 'knots=5': expected a field")]
    [InlineData("seed=1 seed=2", "column 8, 'seed=2': expected 'seed' once only")]
    [InlineData("seed", "column 1, 'seed': expected a field")]
    public void Parse_WrongFields_SaysWhereAndWhatIsRight(string line, string expected) => Refused(line, expected);

    [Theory]
    [InlineData("crsh@1", "column 83, 'crsh': expected a kind of fault: loss, delay,")]
    [InlineData("Crash@1:n1", "column 83, 'Crash': expected a kind of fault")]
    [InlineData("crash", "column 83, 'crash': expected a fault as kind@begin+length:details, or 'none' alone")]
    [InlineData("crash@1:n1;", "column 94, '': expected a fault")]
    [InlineData("crash@x:n1", "column 89, 'x': expected a whole number")]
    [InlineData("crash@1+:n1", "column 91, '': expected a whole number")]
    [InlineData("crash@1:", "column 91, '': expected a detail")]
    [InlineData("crash@1:n1,n2", "column 94, 'n2': expected a detail: n, o, r or v, each once")]
    [InlineData("crash@1:x2", "column 91, 'x2': expected a detail: n (node)")]
    [InlineData("crash@1:n99999999999", "column 92, '99999999999': expected a whole number")]
    [InlineData("loss@1:r1,5", "column 93, '5': expected a detail")]
    [InlineData("loss@1:rNaN", "column 91, 'NaN': expected a number")]
    [InlineData("loss@1:r1e999", "column 91, '1e999': expected a number")]
    public void Parse_WrongFault_SaysWhereAndWhatIsRight(string fault, string expected) =>
        Refused($"seed=1 nodes=3 replicas=3 groups=1 clients=1 commands=1 snapshot=1 until=9 faults={fault}", expected);

    private static void Refused(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<PlanFormatException>(() => PlanText.Parse(line)).Message, StringComparison.Ordinal);
}
