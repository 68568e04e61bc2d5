using System.Globalization;

namespace Dike.Paxos;

/// <summary>An index of a group's log, from 1. <see cref="None"/> (0) lies before the first.</summary>
/// <param name="Value">The index.</param>
public readonly record struct Slot(long Value) : IComparable<Slot>
{
    /// <summary>The place before the first slot: an empty log ends here.</summary>
    public static Slot None => default;

    /// <summary>The first slot of every log.</summary>
    public static Slot First => new(1);

    /// <summary>Whether <paramref name="left"/> lies before <paramref name="right"/>.</summary>
    public static bool operator <(Slot left, Slot right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> lies behind <paramref name="right"/>.</summary>
    public static bool operator >(Slot left, Slot right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> does not lie behind <paramref name="right"/>.</summary>
    public static bool operator <=(Slot left, Slot right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> does not lie before <paramref name="right"/>.</summary>
    public static bool operator >=(Slot left, Slot right) => left.Value >= right.Value;

    /// <summary>The slot <paramref name="count"/> further on.</summary>
    public static Slot operator +(Slot slot, int count) => new(slot.Value + count);

    /// <inheritdoc/>
    public int CompareTo(Slot other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
