namespace Dike.Paxos;

/// <summary>
/// What was asked for is cut from the sender's log; this snapshot stands for it. Answers PullLog, Learn, or a Promise that ends before the leader's log starts. Only says that
/// the snapshot is there: its blocks travel outside of the core.
/// </summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The ballot of the PullLog or Prepare that it answers; none if it answers Learn.</param>
/// <param name="Nonce">The nonce that goes with the ballot; 0 if it answers Learn.</param>
/// <param name="Snapshot">The snapshot.</param>
internal sealed record OfferSnapshot(ConfigurationId Configuration, Ballot Ballot, long Nonce, SnapshotInfo Snapshot)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.OfferSnapshot;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.WellFormed(Ballot, nameof(Ballot))
        ?? (Ballot == Ballot.None ? (Nonce == 0 ? null : $"Nonce is {Nonce} without a ballot") : MessageCheck.Positive(Nonce, nameof(Nonce)))
        ?? MessageCheck.Offered(Snapshot, nameof(Snapshot));
}
