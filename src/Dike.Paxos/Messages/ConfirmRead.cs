namespace Dike.Paxos;

/// <summary>A leader asks whether it still leads, for all reads that wait.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The leader's ballot.</param>
/// <param name="Round">Fresh per round; answers to older rounds do not count.</param>
/// <param name="WantsGrant">Whether the leader asks for its lease to be granted as well.</param>
internal sealed record ConfirmRead(ConfigurationId Configuration, Ballot Ballot, long Round, bool WantsGrant)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.ConfirmRead;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Round, nameof(Round));
}
