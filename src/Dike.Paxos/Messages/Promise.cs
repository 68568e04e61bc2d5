namespace Dike.Paxos;

/// <summary>A replica promises the ballot and says what its log is; metadata only. Leaves after the promise is synced.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The ballot promised.</param>
/// <param name="Nonce">Echo of the Prepare.</param>
/// <param name="AcceptedBallot">The ballot in which the sender's log was last written.</param>
/// <param name="Last">The last slot of the sender's log.</param>
/// <param name="Decided">The last slot the sender knows to be decided.</param>
internal sealed record Promise(ConfigurationId Configuration, Ballot Ballot, long Nonce, Ballot AcceptedBallot, Slot Last, Slot Decided)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Promise;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Nonce, nameof(Nonce))
        ?? MessageCheck.WellFormed(AcceptedBallot, nameof(AcceptedBallot))
        ?? MessageCheck.NotNegative(Last, nameof(Last))
        ?? MessageCheck.NotNegative(Decided, nameof(Decided))
        ?? MessageCheck.NotBeyond(Decided, Last, nameof(Decided));
}
