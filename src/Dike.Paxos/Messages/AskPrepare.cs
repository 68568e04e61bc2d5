namespace Dike.Paxos;

/// <summary>A follower has lost its place (a gap, a new link, a restart) and asks the leader of its promised ballot for a Prepare of itself alone.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Promised">The ballot the sender has promised; the leader answers within its own, or takes note of a higher one.</param>
internal sealed record AskPrepare(ConfigurationId Configuration, Ballot Promised)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AskPrepare;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.WellFormed(Promised, nameof(Promised));
}
