using System.Globalization;

namespace Dike.Storage;

/// <summary>A place in a node's log: grows with every append, across restarts too.</summary>
/// <param name="Value">The number; 0 lies before everything.</param>
public readonly record struct LogPosition(long Value) : IComparable<LogPosition>
{
    /// <inheritdoc/>
    public int CompareTo(LogPosition other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
