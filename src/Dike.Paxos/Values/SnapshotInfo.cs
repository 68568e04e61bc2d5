using System.Collections.Immutable;
using System.Globalization;

namespace Dike.Paxos;

/// <summary>What a snapshot of a group's state is, without its bytes. Two replicas that took it at the same slot have the same info.</summary>
/// <param name="Slot">Everything through this slot is in it.</param>
/// <param name="Configuration">The configuration in which the slot after it is decided.</param>
/// <param name="Members">The members of that configuration.</param>
/// <param name="Bytes">The length of its content.</param>
/// <param name="ContentHash">The hash of its content.</param>
public sealed record SnapshotInfo(Slot Slot, ConfigurationId Configuration, ImmutableArray<Member> Members, long Bytes, UInt128 ContentHash)
{
    /// <inheritdoc/>
    public bool Equals(SnapshotInfo? other) =>
        other is not null && Slot == other.Slot && Configuration == other.Configuration && Bytes == other.Bytes && ContentHash == other.ContentHash
        && Members.AsSpan().SequenceEqual(other.Members.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Slot, Configuration, Bytes, ContentHash);

    /// <summary>The snapshot as <c>slot (configuration, bytes)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Slot} (configuration {Configuration}, {Bytes} B, {ContentHash:x32})");
}
