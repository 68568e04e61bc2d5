using CsCheck;
using Dike.Paxos;
using Dike.Testing.Checkers;
using static Dike.Testing.Tests.Checkers.AgreementRuns;

namespace Dike.Testing.Tests.Checkers;

public sealed class AgreementCheckerTests
{
    private static readonly Dictionary<string, BadReport> Bad = ((IEnumerable<BadReport>)
        [.. BadReports.Votes, .. BadReports.Decisions, .. BadReports.Applying, .. BadReports.Leases]).ToDictionary(report => report.Name);

    public static TheoryData<string> BadNames => [.. Bad.Keys];

    [Fact]
    public void Report_GoodRun_FindsNothing() => Run(Good);

    [Fact]
    public void Report_TwoGroupsAtOnce_DoesNotMixThem()
    {
        AgreementChecker checker = Run(Good);
        var other = new ObservedReplica(2, 1, new ReplicaId(1));
        Assert.Null(checker.Configured(2, ConfigurationId.First, Members(1)));
        Assert.Null(checker.Started(other, 1, default, Slot.None));
        Assert.Null(checker.Synced(other, new DurableVote(First, First, new Slot(1), Slot.None)));
        Assert.Null(checker.Led(other, First));
        Assert.Null(checker.Decided(other, ConfigurationId.First, Batch(1, 1, 0x99)));
        Assert.Null(checker.Applied(other, Slot.First, 1, 0x99));
        Assert.Null(checker.StateHashed(other, Slot.First, "other"));
        Assert.Null(checker.LeaseServed(2, 2, 450, 460));
        Assert.Null(checker.Failure);
    }

    [Fact]
    public void Report_OldLogReadAgainInTheNewConfiguration_FindsNothing()
    {
        AgreementChecker checker = Run(Good);
        Assert.Null(Start(3, 3, Third, Third, 6, 5, 3)(checker));
        Assert.Null(Decide(3, 2, Batch(4))(checker));
        Assert.Null(Decide(3, 2, Stop(5))(checker));
        Assert.Null(Decide(3, 2, Batch(6))(checker));
        Assert.Null(Apply(3, 4, 1)(checker));
    }

    [Fact]
    public void Report_StopSignOfTheNextConfiguration_SealsThatOneToo()
    {
        AgreementChecker checker = Run(Good);
        Assert.Null(Sync(3, Third, Third, 8, 6)(checker));
        Assert.Null(Sync(4, Third, Third, 8, 6)(checker));
        Assert.Null(Decide(3, 2, Stop(7))(checker));
        Assert.Contains("in configuration 2, whose stop-sign is slot 7", Decide(3, 2, Batch(8))(checker), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_SlotBehindItsOwnFailure_IsComparedWithWhatWasTold()
    {
        AgreementChecker checker = Run(Good);
        Assert.Contains("no quorum", Decide(3, 2, Stop(7))(checker), StringComparison.Ordinal);
        Assert.Null(Decide(4, 2, Batch(6))(checker));
        Assert.Null(Decide(4, 2, Stop(7))(checker));
        Assert.Contains("no quorum", checker.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void LeaseServed_ClocksBeyondTheirBound_ClaimsNothing()
    {
        var checker = new AgreementChecker(clocksKeepBound: false);
        Assert.Null(checker.LeaseServed(1, 1, 100, 200));
        Assert.Null(checker.LeaseServed(1, 2, 150, 160));
    }

    [Theory]
    [InlineData(2, 261, 399)]
    [InlineData(2, 501, 502)]
    [InlineData(2, 0, 99)]
    [InlineData(3, 300, 450)]
    public void LeaseServed_BetweenTheLeasesOfOthers_FindsNothing(int node, long from, long to) => Assert.Null(Run(Good).LeaseServed(1, node, from, to));

    [Fact]
    public void LeaseServed_ManyIntervals_AgreesWithComparingAllPairs() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 60], Gen.Int[0, 4]).Array[1, 12].Sample(
            served =>
            {
                var checker = new AgreementChecker();
                var kept = new List<(int Node, int From, int To)>();
                foreach ((int node, int from, int length) in served)
                {
                    bool isBad = kept.Any(other => other.Node != node && other.From <= from + length && from <= other.To);
                    Assert.Equal(isBad, checker.LeaseServed(1, node, from, from + length) is not null);
                    if (!isBad)
                    {
                        kept.Add((node, from, from + length));
                    }
                }
            },
            iter: 1_000);

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Report_BadReport_SaysWhatIsWrong(string name)
    {
        BadReport bad = Bad[name];
        int last = Array.FindIndex(Good, step => step.Name == bad.After);
        Assert.True(last >= 0, bad.After);
        AgreementChecker checker = Run(Good[..(last + 1)]);
        foreach (Func<AgreementChecker, string?> report in bad.Reports[..^1])
        {
            Assert.Null(report(checker));
        }

        string? failure = bad.Reports[^1](checker);
        Assert.NotNull(failure);
        Assert.Contains(bad.Reason, failure, StringComparison.Ordinal);
        Assert.StartsWith("group 1", failure, StringComparison.Ordinal);
        Assert.Equal(failure, checker.Failure);
    }

    private static AgreementChecker Run(IEnumerable<AgreementStep> steps)
    {
        var checker = new AgreementChecker();
        foreach (AgreementStep step in steps)
        {
            string? failure = step.Report(checker);
            Assert.True(failure is null, $"{step.Name}: {failure}");
        }

        Assert.Null(checker.Failure);
        return checker;
    }
}
