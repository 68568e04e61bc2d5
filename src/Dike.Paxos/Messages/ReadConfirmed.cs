namespace Dike.Paxos;

/// <summary>The sender had promised nothing above the ballot when the round reached it.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The leader's ballot.</param>
/// <param name="Round">Echo of the round.</param>
/// <param name="IsGranted">Whether the sender, which has durably promised the ballot, refuses every other candidate for the length of a lease from now on.</param>
internal sealed record ReadConfirmed(ConfigurationId Configuration, Ballot Ballot, long Round, bool IsGranted)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.ReadConfirmed;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Round, nameof(Round));
}
