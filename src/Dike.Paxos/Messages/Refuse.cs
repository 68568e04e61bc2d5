namespace Dike.Paxos;

/// <summary>
/// The sender does not go along with the ballot asked about. With a higher promise: it has promised more. With a lower one: it follows a leader that
/// is alive, and a healthy leader is not disturbed. From the owner of the ballot itself: it does not lead in it (any more).
/// </summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Asked">The ballot it refuses.</param>
/// <param name="Promised">The ballot it has promised.</param>
internal sealed record Refuse(ConfigurationId Configuration, Ballot Asked, Ballot Promised)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Refuse;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Asked, nameof(Asked))
        ?? MessageCheck.WellFormed(Promised, nameof(Promised));
}
