using Dike.Paxos;

namespace Dike.Node.Groups.Messages;

/// <summary>Asks a replica for blocks of a snapshot that it has offered.</summary>
/// <param name="Slot">The snapshot's slot.</param>
/// <param name="ContentHash">The hash of its content.</param>
/// <param name="First">The first block, from 0.</param>
/// <param name="Count">How many.</param>
internal sealed record SnapshotBlockAsked(Slot Slot, UInt128 ContentHash, int First, int Count) : GroupMessage
{
    /// <summary>The most blocks of one message.</summary>
    public const int MaxCount = 64;

    /// <inheritdoc/>
    public override GroupMessageKind Kind => GroupMessageKind.SnapshotBlockAsked;

    /// <inheritdoc/>
    public override string? Invalid() =>
        Slot < Dike.Paxos.Slot.First ? $"a snapshot of slot {Slot}"
        : First < 0 || Count is < 1 or > MaxCount ? $"{Count} blocks from {First}"
        : null;
}
