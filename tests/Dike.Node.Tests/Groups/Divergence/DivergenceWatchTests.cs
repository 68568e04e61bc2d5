using Dike.Node.Groups.Divergence;
using Dike.Paxos;

namespace Dike.Node.Tests.Groups.Divergence;

/// <summary>Who is right, by number; who must stop, and what he says.</summary>
public sealed class DivergenceWatchTests
{
    private readonly List<Difference> _differences = [];

    [Fact]
    public void Reported_AllAgree_NobodyStops()
    {
        DivergenceWatch watch = Watch(3);

        Assert.Null(Pass(watch, 1, 10));
        Assert.Null(Report(watch, 2, 1, 10));
        Assert.Null(Report(watch, 3, 1, 10));
        Assert.Empty(_differences);
    }

    [Fact]
    public void Reported_OwnIsInTheMinority_StopsWithTheFirstDifferingRange()
    {
        DivergenceWatch watch = Watch(3);
        foreach (uint peer in new uint[] { 2, 3 })
        {
            Report(watch, peer, 1, 10);
        }

        Pass(watch, 1, 10);
        Pass(watch, 2, 20);
        Assert.Null(Report(watch, 2, 2, 99));

        string reason = Assert.IsType<string>(Report(watch, 3, 2, 99));

        Assert.Contains("differs from 2 of 3 members", reason, StringComparison.Ordinal);
        Assert.Contains("slots 2 to 2;", reason, StringComparison.Ordinal);
        Assert.Contains($"{20:x32}", reason, StringComparison.Ordinal);
        Assert.Contains($"{99:x32}", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Passed_OthersReportedFirst_StopsToo()
    {
        DivergenceWatch watch = Watch(5);
        foreach (uint peer in new uint[] { 2, 3, 4 })
        {
            Assert.Null(Report(watch, peer, 7, 99));
        }

        Assert.NotNull(Pass(watch, 7, 20));
    }

    [Fact]
    public void Reported_OneOtherDiffers_IsNotedOnceAndNobodyStops()
    {
        DivergenceWatch watch = Watch(3);
        Pass(watch, 1, 10);
        Pass(watch, 2, 20);
        Report(watch, 3, 1, 10);

        Assert.Null(Report(watch, 2, 1, 99));
        Assert.Null(Report(watch, 2, 2, 99));

        Difference difference = Assert.Single(_differences);
        Assert.Equal(new ReplicaId(2), difference.Member);
        Assert.Contains("slots 1 to 1;", difference.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Reported_AllDiffer_Stops()
    {
        DivergenceWatch watch = Watch(3);
        Pass(watch, 1, 10);
        Assert.Null(Report(watch, 2, 1, 11));

        Assert.Contains("no majority agrees", Report(watch, 3, 1, 12), StringComparison.Ordinal);
    }

    [Fact]
    public void Reported_FourMembersTwoAgainstTwo_Stops()
    {
        DivergenceWatch watch = Watch(4);
        Pass(watch, 1, 10);
        Report(watch, 2, 1, 10);
        Assert.Null(Report(watch, 3, 1, 11));

        Assert.Contains("no majority agrees", Report(watch, 4, 1, 11), StringComparison.Ordinal);
    }

    [Fact]
    public void Reported_TwoOfFiveDiffer_NotedWhileTheOthersAreSilent()
    {
        DivergenceWatch watch = Watch(5);
        Pass(watch, 1, 10);

        Assert.Null(Report(watch, 2, 1, 99));
        Assert.Null(Report(watch, 3, 1, 99));
        Assert.Equal(2, _differences.Count);
        Assert.NotNull(Report(watch, 4, 1, 99));
    }

    [Fact]
    public void Reported_SameChainOtherStateHash_IsADifference()
    {
        DivergenceWatch watch = Watch(3);
        watch.Passed(new Checkpoint(new Slot(1), 10, 1), _differences);
        watch.Reported(new ReplicaId(2), new Checkpoint(new Slot(1), 10, null), _differences);
        Assert.Empty(_differences);

        watch.Reported(new ReplicaId(3), new Checkpoint(new Slot(1), 10, 2), _differences);

        Assert.Contains("and state", Assert.Single(_differences).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Reported_SameReportTwice_CountsOnce()
    {
        DivergenceWatch watch = Watch(5);
        Pass(watch, 1, 10);
        for (int i = 0; i < 5; i++)
        {
            Assert.Null(Report(watch, 2, 1, 99));
        }
    }

    [Fact]
    public void Reported_ByAStranger_IsIgnored()
    {
        DivergenceWatch watch = Watch(1);
        Pass(watch, 1, 10);

        Assert.Null(Report(watch, 9, 1, 99));
        Assert.Empty(_differences);
    }

    [Fact]
    public void Passed_MoreThanAreKept_ForgetsTheOldest()
    {
        DivergenceWatch watch = Watch(3);
        for (long slot = 1; slot <= DivergenceWatch.Capacity + 1; slot++)
        {
            Pass(watch, slot, 10);
        }

        Report(watch, 2, 1, 99);
        Assert.Empty(_differences);
        Report(watch, 2, 2, 99);
        Assert.Single(_differences);
    }

    [Fact]
    public void Ignore_TheStretchOfASkip_IsNotCompared()
    {
        DivergenceWatch watch = Watch(3);
        Pass(watch, 4, 10);
        watch.Ignore(new Slot(3), new Slot(6));

        Report(watch, 2, 4, 99);
        Report(watch, 3, 4, 99);
        Assert.Null(Pass(watch, 5, 10));
        Assert.Empty(_differences);
        Pass(watch, 7, 10);
        Report(watch, 2, 7, 99);
        Assert.Single(_differences);
    }

    private static DivergenceWatch Watch(int members) => new(new ReplicaId(1), [.. Enumerable.Range(1, members).Select(id => new ReplicaId((uint)id))]);

    private string? Pass(DivergenceWatch watch, long slot, UInt128 chain) => watch.Passed(new Checkpoint(new Slot(slot), chain, null), _differences);

    private string? Report(DivergenceWatch watch, uint from, long slot, UInt128 chain) =>
        watch.Reported(new ReplicaId(from), new Checkpoint(new Slot(slot), chain, null), _differences);
}
