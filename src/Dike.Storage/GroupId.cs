using System.Globalization;

namespace Dike.Storage;

/// <summary>The number of a group within its cluster: 0 is the directory. Never reused.</summary>
/// <param name="Value">The number.</param>
public readonly record struct GroupId(int Value)
{
    /// <summary>The directory's group.</summary>
    public static GroupId Directory => default;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
