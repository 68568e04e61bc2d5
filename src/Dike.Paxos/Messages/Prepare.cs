namespace Dike.Paxos;

/// <summary>A candidate asks for a promise of its ballot. It has synced its own promise before this leaves.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The candidate's ballot.</param>
/// <param name="Nonce">Fresh per (re-)prepare; the answer echoes it, another nonce is ignored.</param>
internal sealed record Prepare(ConfigurationId Configuration, Ballot Ballot, long Nonce)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Prepare;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Nonce, nameof(Nonce));
}
