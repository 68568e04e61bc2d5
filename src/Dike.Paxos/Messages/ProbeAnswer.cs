namespace Dike.Paxos;

/// <summary>What a member sees of the group's leader, and what its own log is. A statement about now: nothing of it is a promise.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Nonce">Echo of the Probe.</param>
/// <param name="Promised">The highest ballot the sender has promised.</param>
/// <param name="AcceptedBallot">The ballot in which the sender's log was last written.</param>
/// <param name="Last">The last slot of the sender's log.</param>
/// <param name="Followed">The ballot in which the sender follows or leads, or <see cref="Ballot.None"/>.</param>
/// <param name="IsAlive">Whether the owner of <paramref name="Followed"/> is there and reaches a quorum, as far as the sender sees.</param>
internal sealed record ProbeAnswer(
    ConfigurationId Configuration, long Nonce, Ballot Promised, Ballot AcceptedBallot, Slot Last, Ballot Followed, bool IsAlive)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.ProbeAnswer;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Positive(Nonce, nameof(Nonce))
        ?? MessageCheck.WellFormed(Promised, nameof(Promised))
        ?? MessageCheck.WellFormed(AcceptedBallot, nameof(AcceptedBallot))
        ?? MessageCheck.NotNegative(Last, nameof(Last))
        ?? MessageCheck.WellFormed(Followed, nameof(Followed))
        ?? (IsAlive ? MessageCheck.Owned(Followed, nameof(Followed)) : null);
}
