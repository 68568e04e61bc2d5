using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>What one key held after each slot that changed it, in slot order; 0 before the first. Owned by the <see cref="WitnessLog"/>.</summary>
internal sealed class KeyHistory
{
    private readonly List<long> _slots = [];
    private readonly List<long> _values = [];

    /// <summary>The key holds <paramref name="value"/> from <paramref name="slot"/> on.</summary>
    public void Add(long slot, long value)
    {
        Invariant.Require(_slots.Count == 0 || slot > _slots[^1], $"slot {slot}");
        _slots.Add(slot);
        _values.Add(value);
    }

    /// <summary>The value after <paramref name="slot"/>.</summary>
    public long ValueAt(long slot)
    {
        int index = LastUpTo(slot);
        return index < 0 ? 0 : _values[index];
    }

    /// <summary>The first slot in [<paramref name="from"/>, <paramref name="to"/>] after which the key holds <paramref name="value"/>, or -1.</summary>
    public long FirstSlotWith(long value, long from, long to)
    {
        int index = LastUpTo(from);
        if ((index < 0 ? 0 : _values[index]) == value)
        {
            return from;
        }

        for (index++; index < _slots.Count && _slots[index] <= to; index++)
        {
            if (_values[index] == value)
            {
                return _slots[index];
            }
        }

        return -1;
    }

    private int LastUpTo(long slot)
    {
        int index = _slots.BinarySearch(slot);
        return index >= 0 ? index : ~index - 1;
    }
}
