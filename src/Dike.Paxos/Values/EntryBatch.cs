using System.Globalization;

namespace Dike.Paxos;

/// <summary>What a batch of the log is for.</summary>
public enum EntryKind : byte
{
    /// <summary>Commands of the application; the payload is opaque to the core.</summary>
    Commands = 1,

    /// <summary>The first entry of a leader's ballot: one slot, no payload. Its decision shows that everything before it is decided.</summary>
    EpochStart = 2,

    /// <summary>
    /// The last entry of a configuration: one slot; the payload names the next configuration's members. Nothing is proposed or accepted behind it in its own configuration.
    /// </summary>
    StopSign = 3,
}

/// <summary>
/// A run of slots proposed together: the unit of the log, never split. One command per slot; the core sees only bytes.
/// The payload must not change after construction.
/// </summary>
/// <param name="First">The slot of its first command.</param>
/// <param name="Count">How many slots it covers, 1 or more.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Payload">The bytes.</param>
public sealed record EntryBatch(Slot First, int Count, EntryKind Kind, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The slot of its last command.</summary>
    public Slot Last => First + (Count - 1);

    /// <inheritdoc/>
    public bool Equals(EntryBatch? other) =>
        other is not null && First == other.First && Count == other.Count && Kind == other.Kind && Payload.Span.SequenceEqual(other.Payload.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Count, Kind, Payload.Length);

    /// <summary>The batch as <c>kind[first..last] length</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}[{First}..{Last}] {Payload.Length}B");
}
