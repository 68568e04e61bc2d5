namespace Dike.Paxos;

/// <summary>A leader that was confirmed after it was asked says how far the log was decided then.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The leader's ballot.</param>
/// <param name="Session">Echo of the question.</param>
/// <param name="Round">Echo of the question.</param>
/// <param name="Through">Everything decided before the question is in the log through this slot.</param>
internal sealed record DecidedIs(ConfigurationId Configuration, Ballot Ballot, long Session, long Round, Slot Through)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.DecidedIs;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Session, nameof(Session))
        ?? MessageCheck.Positive(Round, nameof(Round))
        ?? MessageCheck.NotNegative(Through, nameof(Through));
}
