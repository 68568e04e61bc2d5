using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// Part of a log that is too long for one message: a promiser's for a candidate, or a leader's for a follower that answered its Prepare.
/// The receiver holds it aside and asks for the next part with PullLog.
/// </summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The ballot of the candidate or leader.</param>
/// <param name="Nonce">The nonce of the Prepare.</param>
/// <param name="After">The chunk starts behind this slot.</param>
/// <param name="Batches">Consecutive batches.</param>
/// <param name="Last">The last slot of the sender's log: the pull ends there.</param>
internal sealed record LogChunk(ConfigurationId Configuration, Ballot Ballot, long Nonce, Slot After, ImmutableArray<EntryBatch> Batches, Slot Last)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.LogChunk;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Nonce, nameof(Nonce))
        ?? MessageCheck.NotNegative(After, nameof(After))
        ?? MessageCheck.NotNegative(Last, nameof(Last))
        ?? MessageCheck.Consecutive(Batches, After)
        ?? MessageCheck.Sealed(Batches, Configuration);
}
