using System.Globalization;

namespace Dike.Paxos;

/// <summary>The number of a configuration (a set of members) of a group, from 1. Everything is ordered by (configuration, ballot).</summary>
/// <param name="Value">The number.</param>
public readonly record struct ConfigurationId(uint Value) : IComparable<ConfigurationId>
{
    /// <summary>The founding configuration of every group.</summary>
    public static ConfigurationId First => new(1);

    /// <inheritdoc/>
    public int CompareTo(ConfigurationId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
