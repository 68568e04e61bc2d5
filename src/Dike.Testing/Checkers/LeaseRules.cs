using System.Globalization;

namespace Dike.Testing.Checkers;

/// <summary>
/// One group's lease reads: no two nodes serve them at one instant (invariant 12 of protocol.md section 8). Always holds: the kept intervals of different nodes do
/// not touch, and they are sorted. Owned by the <see cref="AgreementChecker"/>, one per group. Nearly all reports come in the order of time, so that keeping the order
/// costs nothing.
/// </summary>
internal sealed class LeaseRules
{
    private readonly List<(long From, long To, int Node)> _served = [];

    /// <summary>The node served lease reads in [<paramref name="from"/>, <paramref name="to"/>], both ends included.</summary>
    public string? OnServed(int node, long from, long to)
    {
        if (to < from)
        {
            return string.Create(CultureInfo.InvariantCulture, $"node {node} served lease reads until {to} µs, from {from} µs on");
        }

        int index = FirstEndingAtOrAfter(from);
        int behind = index;
        for (; behind < _served.Count && _served[behind].From <= to; behind++)
        {
            (long otherFrom, long otherTo, int other) = _served[behind];
            if (other != node)
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"node {node} served lease reads in [{from} µs..{to} µs], node {other} in [{otherFrom} µs..{otherTo} µs]");
            }

            (from, to) = (Math.Min(from, otherFrom), Math.Max(to, otherTo));
        }

        _served.RemoveRange(index, behind - index);
        _served.Insert(index, (from, to, node));
        return null;
    }

    private int FirstEndingAtOrAfter(long time)
    {
        int low = 0;
        int high = _served.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _served[middle].To < time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
