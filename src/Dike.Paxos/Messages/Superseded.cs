namespace Dike.Paxos;

/// <summary>
/// The configuration in which the receiver speaks is over: the sender is in a later one. The receiver asks the sender with Learn for what was decided, the stop-sign of its
/// configuration included, and so learns its fate. Answered to every message of an earlier configuration, also to replicas that are members no more.
/// </summary>
/// <param name="Configuration">See <see cref="PeerMessage"/>.</param>
/// <param name="Asked">The configuration of the message that it answers.</param>
internal sealed record Superseded(ConfigurationId Configuration, ConfigurationId Asked)
    : PeerMessage(Configuration)
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Superseded;

    /// <inheritdoc/>
    public override string? Invalid() =>
        Asked.Value >= 1 && Asked.CompareTo(Configuration) < 0 ? null : $"Asked is configuration {Asked}, which does not come before {Configuration}";
}
