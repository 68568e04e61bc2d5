namespace Dike.Paxos;

/// <summary>
/// A leader hands its leadership over. It has dropped its lease before this left: what members granted it in earlier rounds does not bind them against
/// the one it names.
/// </summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The leader's ballot.</param>
/// <param name="To">Who is to stand at once.</param>
/// <param name="Number">Fresh, of the same count as the rounds of <see cref="ConfirmRead"/>: it lifts what was granted in rounds before it and nothing after.</param>
internal sealed record HandOver(ConfigurationId Configuration, Ballot Ballot, ReplicaId To, long Number)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.HandOver;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(To.Value, nameof(To))
        ?? MessageCheck.Positive(Number, nameof(Number));
}
