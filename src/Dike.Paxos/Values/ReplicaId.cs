using System.Globalization;

namespace Dike.Paxos;

/// <summary>The identity of a replica within its group: drawn per admission, never reused, bound to one node's incarnation. From 1.</summary>
/// <param name="Value">The number.</param>
public readonly record struct ReplicaId(uint Value) : IComparable<ReplicaId>
{
    /// <summary>No replica.</summary>
    public static ReplicaId None => default;

    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
