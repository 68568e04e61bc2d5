using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>A leader's next batches for a follower, pipelined.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The leader's ballot.</param>
/// <param name="Session">The session opened by AcceptSync.</param>
/// <param name="Sequence">Counts Accept and Decide of the session from 1; a gap makes the follower ask for a Prepare.</param>
/// <param name="Batches">Consecutive batches.</param>
/// <param name="Decided">The last decided slot the leader knows.</param>
internal sealed record Accept(ConfigurationId Configuration, Ballot Ballot, long Session, long Sequence, ImmutableArray<EntryBatch> Batches, Slot Decided)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Accept;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Session, nameof(Session))
        ?? MessageCheck.Positive(Sequence, nameof(Sequence))
        ?? MessageCheck.NotNegative(Decided, nameof(Decided))
        ?? MessageCheck.Consecutive(Batches, null)
        ?? MessageCheck.Sealed(Batches, Configuration);
}
