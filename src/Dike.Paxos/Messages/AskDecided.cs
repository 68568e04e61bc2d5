namespace Dike.Paxos;

/// <summary>A follower asks its leader how far the log is decided, for all bounded-stale reads that wait.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The ballot the sender follows.</param>
/// <param name="Session">The session the sender is in: it tells its rounds from those before a restart.</param>
/// <param name="Round">Fresh per round of the sender.</param>
internal sealed record AskDecided(ConfigurationId Configuration, Ballot Ballot, long Session, long Round)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AskDecided;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Session, nameof(Session))
        ?? MessageCheck.Positive(Round, nameof(Round));
}
