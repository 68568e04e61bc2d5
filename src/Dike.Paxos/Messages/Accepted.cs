namespace Dike.Paxos;

/// <summary>A follower has synced its log through Last in the ballot. Leaves after the sync.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The ballot.</param>
/// <param name="Session">The session in which the batches came.</param>
/// <param name="Last">The last slot synced in the ballot.</param>
/// <param name="Decided">The last slot the follower knows to be decided.</param>
internal sealed record Accepted(ConfigurationId Configuration, Ballot Ballot, long Session, Slot Last, Slot Decided)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Accepted;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Session, nameof(Session))
        ?? MessageCheck.NotNegative(Last, nameof(Last))
        ?? MessageCheck.NotNegative(Decided, nameof(Decided))
        ?? MessageCheck.NotBeyond(Decided, Last, nameof(Decided));
}
