using Dike.Node.Groups.Divergence;
using Dike.Paxos;

namespace Dike.Node.Groups.Messages;

/// <summary>What the sender's log came to at a checkpoint; told to all other members when it is passed.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
internal sealed record HashReport(Checkpoint Checkpoint) : GroupMessage
{
    /// <inheritdoc/>
    public override GroupMessageKind Kind => GroupMessageKind.HashReport;

    /// <inheritdoc/>
    public override string? Invalid() => Checkpoint.Slot >= Slot.First ? null : $"a report of slot {Checkpoint.Slot}";
}
