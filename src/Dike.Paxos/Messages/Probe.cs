namespace Dike.Paxos;

/// <summary>A replica that sees no living leader asks what the others see, before it does anything that could disturb one. Promises and binds nothing.</summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Nonce">Fresh per round; answers to an older one do not count.</param>
/// <param name="Promised">The highest ballot the sender has promised.</param>
internal sealed record Probe(ConfigurationId Configuration, long Nonce, Ballot Promised)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Probe;

    /// <inheritdoc/>
    public override string? Invalid() =>
        MessageCheck.Positive(Nonce, nameof(Nonce))
        ?? MessageCheck.WellFormed(Promised, nameof(Promised));
}
