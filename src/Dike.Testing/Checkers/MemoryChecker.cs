using System.Globalization;
using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>
/// Whether memory is bounded (property L3 of faults.md): sizes of queues, logs, sessions and the like, sampled over a run, stay at or below their limit, and do
/// not keep growing under a load that does not: the last third of a series may not lie above the first, unless the growth had ended by the middle third, as
/// when a table fills up to its steady size. Fed during a run, asked at its end.
/// </summary>
internal sealed class MemoryChecker
{
    /// <summary>A series with fewer samples is held against its limit only.</summary>
    public const int MinSamples = 9;

    /// <summary>Growth that is none: 5 % of the first third.</summary>
    private const double ToleratedShare = 0.05;

    private readonly SortedDictionary<string, Limit> _limits = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Name, int Node), List<long>> _series;
    private long _lastAt;
    private string? _failure;

    public MemoryChecker() => _series = new(Comparer<(string Name, int Node)>.Create(static (left, right) =>
        string.CompareOrdinal(left.Name, right.Name) is int byName and not 0 ? byName : left.Node.CompareTo(right.Node)));

    /// <summary>Declares a size.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="limit">The greatest it may ever be.</param>
    /// <param name="slack">By how much the means of two thirds may differ besides 5 %: for sizes that swing, about the swing.</param>
    public void Declare(string name, long limit, long slack)
    {
        Invariant.Require(limit >= 0 && slack >= 0, $"{name}: limit {limit}, slack {slack}");
        _limits.Add(name, new Limit(limit, slack));
    }

    /// <summary>Takes a sample; all sizes of all nodes at like intervals, in the order of time.</summary>
    /// <param name="name">A declared name.</param>
    /// <param name="node">The node.</param>
    /// <param name="at">When, in virtual microseconds.</param>
    /// <param name="size">The size.</param>
    public void Sample(string name, int node, long at, long size)
    {
        if (!_limits.TryGetValue(name, out Limit? limit))
        {
            _failure ??= $"'{name}' has no limit: declare one before it is sampled.";
            return;
        }

        if (at < _lastAt || size < 0)
        {
            _failure ??= string.Create(CultureInfo.InvariantCulture, $"bad sample: '{name}' of node {node} is {size} at {at} µs, the last sample came at {_lastAt} µs.");
            return;
        }

        _lastAt = at;
        if (!_series.TryGetValue((name, node), out List<long>? series))
        {
            _series[(name, node)] = series = [];
        }

        series.Add(size);
        if (size > limit.Max)
        {
            _failure ??= string.Create(CultureInfo.InvariantCulture, $"'{name}' of node {node} is {size} at {at} µs, its limit is {limit.Max}.");
        }
    }

    /// <summary>What is wrong, or null.</summary>
    public string? Check()
    {
        if (_failure is not null)
        {
            return _failure;
        }

        foreach ((string name, Limit limit) in _limits)
        {
            bool isJudged = false;
            foreach (((string Name, int Node) key, List<long> series) in _series)
            {
                if (key.Name != name || series.Count < MinSamples)
                {
                    continue;
                }

                isJudged = true;
                if (CheckGrowth(series, limit.Slack) is { } growth)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"'{name}' of node {key.Node} keeps growing: {growth}.");
                }
            }

            if (!isJudged)
            {
                return string.Create(CultureInfo.InvariantCulture, $"'{name}' was sampled fewer than {MinSamples} times on every node: nothing can be said about its growth.");
            }
        }

        return null;
    }

    private static string? CheckGrowth(List<long> series, long slack)
    {
        int third = series.Count / 3;
        double first = Mean(series, 0, third);
        double middle = Mean(series, third, series.Count - third);
        double last = Mean(series, series.Count - third, series.Count);
        double tolerated = slack + (ToleratedShare * first);

        // Half of the tolerance from the middle to the last third: growth at an even pace shows half of itself there, a table that has filled up nothing.
        return last - first > tolerated && last - middle > tolerated / 2
            ? string.Create(CultureInfo.InvariantCulture, $"on average {first:0.#} in the first third of the run, {middle:0.#} in the second, {last:0.#} in the last")
            : null;
    }

    private static double Mean(List<long> series, int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++)
        {
            sum += series[i];
        }

        return sum / (to - from);
    }

    private sealed record Limit(long Max, long Slack);
}
