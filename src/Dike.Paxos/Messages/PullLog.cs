namespace Dike.Paxos;

/// <summary>
/// A replica that is behind asks for the next chunk of the log it lacks: a candidate asks the best promiser before it accepts anything in its ballot;
/// a follower asks its leader before the AcceptSync that ends the pull.
/// </summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Ballot">The ballot of the candidate or leader, promised by the follower.</param>
/// <param name="Nonce">The nonce of the Prepare.</param>
/// <param name="After">The chunk starts behind this slot.</param>
internal sealed record PullLog(ConfigurationId Configuration, Ballot Ballot, long Nonce, Slot After)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.PullLog;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Owned(Ballot, nameof(Ballot))
        ?? MessageCheck.Positive(Nonce, nameof(Nonce))
        ?? MessageCheck.NotNegative(After, nameof(After));
}
