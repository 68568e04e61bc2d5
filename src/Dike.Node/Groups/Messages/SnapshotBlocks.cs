using System.Collections.Immutable;
using Dike.Paxos;

namespace Dike.Node.Groups.Messages;

/// <summary>Consecutive blocks of a snapshot; none if the sender has it no longer.</summary>
/// <param name="Slot">The snapshot's slot.</param>
/// <param name="ContentHash">The hash of its content.</param>
/// <param name="First">The first block, from 0.</param>
/// <param name="Blocks">The blocks.</param>
internal sealed record SnapshotBlocks(Slot Slot, UInt128 ContentHash, int First, ImmutableArray<SnapshotBlock> Blocks) : GroupMessage
{
    /// <inheritdoc/>
    public override GroupMessageKind Kind => GroupMessageKind.SnapshotBlocks;

    /// <inheritdoc/>
    public override string? Invalid() =>
        Slot < Dike.Paxos.Slot.First ? $"a snapshot of slot {Slot}"
        : First < 0 || Blocks.Length > SnapshotBlockAsked.MaxCount ? $"{Blocks.Length} blocks from {First}"
        : Blocks.Any(block => block.Bytes.IsEmpty) ? "an empty block"
        : null;
}
