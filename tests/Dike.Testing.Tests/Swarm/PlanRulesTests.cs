using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

public sealed class PlanRulesTests
{
    private const string Shape = "seed=1 nodes=3 replicas=3 groups=2 clients=4 commands=200 snapshot=16 until=60000";

    [Theory]
    [InlineData("nodes=3", "nodes=4", "nodes=4: expected 1, 3 or 5.")]
    [InlineData("replicas=3", "replicas=2", "replicas=2: expected 1, 3 or 5, and at most the 3 nodes.")]
    [InlineData("replicas=3", "replicas=5", "replicas=5: expected 1, 3 or 5, and at most the 3 nodes.")]
    [InlineData("groups=2", "groups=0", "groups=0: expected 1 to 64.")]
    [InlineData("clients=4", "clients=65", "clients=65: expected 1 to 64.")]
    [InlineData("commands=200", "commands=0", "commands=0: expected 1 to 1000000.")]
    [InlineData("snapshot=16", "snapshot=0", "snapshot=0: expected 1 to 1000000 slots.")]
    [InlineData("until=60000", "until=0", "until=0: expected 1 to 86400000 milliseconds.")]
    public void Refuse_SizeThatDoesNotExist_SaysWhichDo(string right, string wrong, string expected) =>
        Refused(Shape.Replace(right, wrong, StringComparison.Ordinal) + " faults=none", expected);

    [Theory]
    [InlineData("crash@5:n1;loss@4", "fault 2, 'loss@4': begins before the one before it")]
    [InlineData("crash@-1:n1", "expected a beginning of 0 or more")]
    [InlineData("crash@1+-1:n1", "expected a beginning of 0 or more")]
    [InlineData("crash@60000+1:n1", "an end at or before until=60000")]
    [InlineData("crash@1+9223372036854775807:n1", "an end at or before until=60000")]
    [InlineData("snapshot@1+2:n1", "this kind happens at one instant")]
    [InlineData("crash@1:n3", "there is no such node: expected 0 to 2")]
    [InlineData("crash@1", "this kind hits one node: give n, leave o out")]
    [InlineData("crash@1:n1,o2", "this kind hits one node: give n, leave o out")]
    [InlineData("crash-all@1:n1", "this kind has no node")]
    [InlineData("leadership-transfer@1:o1", "one node or any: leave o out")]
    [InlineData("slow-link@1:n1,r5", "give two different nodes n and o")]
    [InlineData("clogged-link@1:n1,o1", "give two different nodes n and o")]
    [InlineData("loss@1:n1", "one link or all")]
    [InlineData("loss@1:r1.5", "expected a rate from 0 to 1")]
    [InlineData("crash@1:n1,r0.5", "expected no rate")]
    [InlineData("delay@1:r-1", "0 or more milliseconds")]
    [InlineData("slow-link@1:n1,o2", "more than 0 KiB per second")]
    [InlineData("clock-jump@1:n1,r1e300", "a rate in seconds")]
    [InlineData("clock-drift@1:n1", "more than 0 and at most 100 times")]
    [InlineData("crash@1:n1,v4", "expected a variant from 0 to 3")]
    [InlineData("full-partition@1", "neither none nor all of 3 nodes")]
    [InlineData("full-partition@1:v7", "neither none nor all of 3 nodes")]
    [InlineData("disk-error@1:n1", "the number of the disk call that fails, from 1")]
    [InlineData("session-expiry@1:v4", "a client from 0 to 3")]
    [InlineData("pause@1:n1,v1", "this kind has no variants")]
    public void Refuse_SenselessFault_SaysWhatIsRight(string faults, string expected) => Refused($"{Shape} faults={faults}", expected);

    [Fact]
    public void Refuse_UnknownKind_SaysSo() =>
        Assert.Equal("fault 1, '99@1': there is no such kind of fault.", PlanRules.Refuse(FakeRuns.Plan(1, new PlannedFault((FaultKind)99, 1, 0))));

    private static void Refused(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<PlanFormatException>(() => PlanText.Parse(line)).Message, StringComparison.Ordinal);
}
