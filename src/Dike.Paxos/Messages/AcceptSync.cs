using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>A leader brings one promised follower to the leader's own log: keep through Keep, drop the rest, append Batches. Starts a new session of the link.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The leader's ballot.</param>
/// <param name="Nonce">Echo of the nonce of the Prepare that the follower answered.</param>
/// <param name="Session">Names the stream of Accept and Decide that follows; greater than every earlier one of this ballot to this follower.</param>
/// <param name="Keep">The last slot that stays.</param>
/// <param name="After">The batches start behind this slot. Equals Keep, unless the follower has pulled the batches between the two in LogChunks of the same nonce.</param>
/// <param name="Batches">Consecutive batches from behind After.</param>
/// <param name="Decided">The last decided slot the leader knows.</param>
internal sealed record AcceptSync(
    ConfigurationId Configuration, Ballot Ballot, long Nonce, long Session, Slot Keep, Slot After, ImmutableArray<EntryBatch> Batches, Slot Decided)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AcceptSync;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Nonce, nameof(Nonce))
        ?? MessageCheck.Positive(Session, nameof(Session))
        ?? MessageCheck.NotNegative(Keep, nameof(Keep))
        ?? MessageCheck.NotNegative(Decided, nameof(Decided))
        ?? MessageCheck.NotBeyond(Keep, After, nameof(Keep))
        ?? MessageCheck.Consecutive(Batches, After)
        ?? MessageCheck.Sealed(Batches, Configuration);
}
