namespace Dike.Paxos;

/// <summary>
/// A replica that has no leader to tell it what is decided asks any other for it: a newcomer, one that has left, or a voter that has heard of a later configuration.
/// Believed and answered also between replicas that are not in one configuration.
/// </summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="After">The sender's decided slot.</param>
/// <param name="Incarnation">The incarnation of the sender's node: who is caught up is not its successor on another data directory.</param>
internal sealed record Learn(ConfigurationId Configuration, Slot After, ulong Incarnation)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Learn;

    /// <inheritdoc/>
    public override string? Invalid() => MessageCheck.NotNegative(After, nameof(After));
}
