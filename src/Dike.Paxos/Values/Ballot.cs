using System.Globalization;

namespace Dike.Paxos;

/// <summary>
/// A leader's epoch: ordered by number, then priority, then owner, so two replicas never share one. Fits 16 bytes.
/// </summary>
/// <param name="Number">The epoch's number, from 1; 0 only in <see cref="None"/>.</param>
/// <param name="Priority">The owner's priority as a leader; breaks ties between equal numbers.</param>
/// <param name="Owner">The replica that may lead in this ballot.</param>
public readonly record struct Ballot(long Number, ushort Priority, ReplicaId Owner) : IComparable<Ballot>
{
    /// <summary>Below every ballot.</summary>
    public static Ballot None => default;

    /// <summary>Whether <paramref name="left"/> is lower than <paramref name="right"/>.</summary>
    public static bool operator <(Ballot left, Ballot right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is higher than <paramref name="right"/>.</summary>
    public static bool operator >(Ballot left, Ballot right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not higher than <paramref name="right"/>.</summary>
    public static bool operator <=(Ballot left, Ballot right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not lower than <paramref name="right"/>.</summary>
    public static bool operator >=(Ballot left, Ballot right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(Ballot other)
    {
        int byNumber = Number.CompareTo(other.Number);
        if (byNumber != 0)
        {
            return byNumber;
        }

        int byPriority = Priority.CompareTo(other.Priority);
        return byPriority != 0 ? byPriority : Owner.CompareTo(other.Owner);
    }

    /// <summary>The ballot as <c>number.priority.owner</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}.{Priority}.{Owner.Value}");
}
