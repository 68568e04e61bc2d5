using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>The next decided batches for whoever asked with <see cref="Learn"/>. Decided entries are true whoever hands them on, and in every configuration.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="After">The batches start behind this slot.</param>
/// <param name="Batches">Consecutive batches, all decided; none if the sender knows no more.</param>
/// <param name="Decided">The last slot the sender knows to be decided.</param>
/// <param name="Leader">Who leads as far as the sender knows (itself, if it does), or none: the best one to ask next.</param>
internal sealed record LearnChunk(ConfigurationId Configuration, Slot After, ImmutableArray<EntryBatch> Batches, Slot Decided, ReplicaId Leader)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.LearnChunk;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.NotNegative(After, nameof(After))
        ?? MessageCheck.NotNegative(Decided, nameof(Decided))
        ?? MessageCheck.Consecutive(Batches, After)
        ?? MessageCheck.StopSigns(Batches)
        ?? (Batches.IsEmpty ? null : MessageCheck.NotBeyond(Batches[^1].Last, Decided, nameof(Batches)));
}
