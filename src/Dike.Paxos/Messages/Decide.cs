namespace Dike.Paxos;

/// <summary>The decided slot, when there is no Accept for it to ride on.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The leader's ballot.</param>
/// <param name="Session">The session.</param>
/// <param name="Sequence">As in Accept.</param>
/// <param name="Decided">The last decided slot.</param>
internal sealed record Decide(ConfigurationId Configuration, Ballot Ballot, long Session, long Sequence, Slot Decided)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Decide;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Session, nameof(Session))
        ?? MessageCheck.Positive(Sequence, nameof(Sequence))
        ?? MessageCheck.NotNegative(Decided, nameof(Decided));
}
