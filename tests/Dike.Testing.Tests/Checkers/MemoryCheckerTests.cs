using System.Globalization;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

public sealed class MemoryCheckerTests
{
    private const int Samples = 30;

    /// <summary>The sizes of the good run: a queue about 20 with a limit of 100, a log about 200 with a limit of 1,000.</summary>
    private static readonly Size[] Sizes = [new("log", 200, 1_000, 10, 5), new("queue", 20, 100, 4, 1)];

    private static readonly Dictionary<string, Func<int, int>> Growths = new()
    {
        ["at an even pace"] = sample => sample,
        ["faster and faster"] = sample => sample * sample / 20,
        ["from the second third on"] = sample => Math.Max(0, sample - 10),
        ["in one step at the end"] = sample => sample >= 20 ? 15 : 0,
        ["in steps"] = sample => sample / 5 * 5,
        ["with a swing"] = sample => sample + (sample % 3),
    };

    private static readonly Dictionary<string, BadSeries> BadRuns = ((IEnumerable<BadSeries>)[.. BeyondLimits(), .. Growing()]).ToDictionary(series => series.Name);

    public static TheoryData<string> BadNames => [.. BadRuns.Keys];

    [Fact]
    public void Check_SteadySizes_Accepts() => Assert.Null(Run((_, _, _, size) => size).Check());

    [Fact]
    public void Check_SizesAtTheirLimit_Accepts() => Assert.Null(Run((size, _, _, _) => size.Limit).Check());

    [Fact]
    public void Check_TableThatFillsUpInTheFirstThird_Accepts() => Assert.Null(Run((_, _, sample, size) => size * Math.Min(sample + 1, 10) / 10).Check());

    [Fact]
    public void Check_SizeThatShrinks_Accepts() => Assert.Null(Run((_, _, sample, size) => size - (size * sample / Samples)).Check());

    [Fact]
    public void Check_OneSpikeAtTheEnd_Accepts() => Assert.Null(Run((size, _, sample, usual) => sample == Samples - 1 ? usual + (8 * size.Step) : usual).Check());

    [Fact]
    public void Check_NodeThatWasUpTooShortly_IsHeldAgainstItsLimitOnly() =>
        Assert.Null(Run((size, node, sample, usual) => node == 3 ? usual + (sample * size.Step) : usual, (node, sample) => node < 3 || sample < MemoryChecker.MinSamples - 1).Check());

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Check_BadSeries_SaysWhichAndWhy(string name)
    {
        BadSeries bad = BadRuns[name];
        string? failure = Run(bad.Value).Check();
        Assert.NotNull(failure);
        Assert.All(bad.Reasons, reason => Assert.Contains(reason, failure, StringComparison.Ordinal));
    }

    /// <summary>Thirds of equal samples with a slack of 10 around 0: the tolerance is exactly 10 from the first third to the last, 5 from the middle one.</summary>
    [Theory]
    [InlineData(9, 0, 0, 0, true)]
    [InlineData(9, 0, 5, 10, true)]
    [InlineData(9, 0, 6, 11, true)]
    [InlineData(9, 0, 5, 11, false)]
    [InlineData(9, 0, 10, 20, false)]
    [InlineData(9, 0, 0, 11, false)]
    [InlineData(9, 0, 20, 20, true)]
    [InlineData(9, 0, 20, 26, false)]
    [InlineData(9, 20, 0, 20, true)]
    [InlineData(9, 20, 0, 40, false)]
    [InlineData(9, 1_000, 1_000, 1_060, true)]
    [InlineData(9, 1_000, 1_000, 1_061, false)]
    [InlineData(10, 0, 0, 11, false)]
    [InlineData(11, 0, 0, 11, false)]
    [InlineData(11, 0, 11, 11, true)]
    [InlineData(12, 0, 5, 11, false)]
    public void Check_Thirds_ToleratesGrowthThatHasEnded(int count, long first, long middle, long last, bool isGood)
    {
        var checker = new MemoryChecker();
        checker.Declare("table", 10_000, 10);
        for (int sample = 0; sample < count; sample++)
        {
            checker.Sample("table", 1, sample, sample < count / 3 ? first : sample < count - (count / 3) ? middle : last);
        }

        Assert.Equal(isGood, checker.Check() is null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Check_TooFewSamples_CannotTell(int count)
    {
        var checker = new MemoryChecker();
        checker.Declare("table", 10, 0);
        for (int sample = 0; sample < count; sample++)
        {
            checker.Sample("table", 1, sample, 1);
            checker.Sample("table", 2, sample, 1);
        }

        Assert.Contains("'table' was sampled fewer than 9 times on every node", checker.Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_NameWithoutALimit_IsAFailure()
    {
        MemoryChecker checker = Run((_, _, _, size) => size);
        checker.Sample("pending", 1, 1_000_000, 1);
        Assert.Contains("'pending' has no limit", checker.Check(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000_000, -1, "'queue' of node 1 is -1 at 1000000 µs")]
    [InlineData(5, 1, "'queue' of node 1 is 1 at 5 µs, the last sample came at 29000 µs")]
    public void Sample_Nonsense_IsAFailure(long at, long size, string reason)
    {
        MemoryChecker checker = Run((_, _, _, usual) => usual);
        checker.Sample("queue", 1, at, size);
        Assert.Contains(reason, checker.Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SeveralFailures_TellsTheFirst()
    {
        MemoryChecker checker = Run((size, node, sample, usual) => node == 2 && sample >= 3 ? size.Limit + sample : usual);
        Assert.Contains("'log' of node 2 is 1003 at 3000 µs", checker.Check(), StringComparison.Ordinal);
    }

    private static IEnumerable<BadSeries> BeyondLimits() =>
        from size in Sizes
        from node in new[] { 1, 2, 3 }
        from sample in new[] { 0, 1, 14, 28, 29 }
        select new BadSeries(
            string.Create(CultureInfo.InvariantCulture, $"{size.Name} of node {node} beyond its limit in sample {sample}"),
            (here, who, at, usual) => here == size && who == node && at == sample ? size.Limit + 1 : usual,
            string.Create(CultureInfo.InvariantCulture, $"'{size.Name}' of node {node} is {size.Limit + 1} at {sample * 1_000} µs, its limit is {size.Limit}."));

    private static IEnumerable<BadSeries> Growing() =>
        from size in Sizes
        from node in new[] { 1, 2, 3 }
        from growth in Growths
        select new BadSeries(
            string.Create(CultureInfo.InvariantCulture, $"{size.Name} of node {node} grows {growth.Key}"),
            (here, who, at, usual) => here == size && who == node ? usual + (growth.Value(at) * size.Step) : usual,
            string.Create(CultureInfo.InvariantCulture, $"'{size.Name}' of node {node} keeps growing: on average "));

    private static MemoryChecker Run(Func<Size, int, int, long, long> value, Func<int, int, bool>? isUp = null)
    {
        var checker = new MemoryChecker();
        foreach (Size size in Sizes)
        {
            checker.Declare(size.Name, size.Limit, size.Slack);
        }

        for (int sample = 0; sample < Samples; sample++)
        {
            for (int node = 1; node <= 3; node++)
            {
                foreach (Size size in Sizes)
                {
                    if (isUp is null || isUp(node, sample))
                    {
                        checker.Sample(size.Name, node, sample * 1_000, value(size, node, sample, size.Usual));
                    }
                }
            }
        }

        return checker;
    }

    private sealed record Size(string Name, long Usual, long Limit, long Slack, long Step);

    private sealed record BadSeries(string Name, Func<Size, int, int, long, long> Value, params string[] Reasons);
}
