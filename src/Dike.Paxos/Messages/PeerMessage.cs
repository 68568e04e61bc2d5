namespace Dike.Paxos;

/// <summary>
/// What one replica says to another of the same group. Sent once, delivered at most once per send in order per link while the link lives,
/// lost when it breaks; the receiver must also survive duplicates and late replays.
/// </summary>
/// <param name="Configuration">The configuration the sender was in.</param>
internal abstract record PeerMessage(ConfigurationId Configuration)
{
    /// <summary>The message's ordinal on the wire.</summary>
    public abstract MessageKind Kind { get; }

    /// <summary>Why this message is nonsense whatever the receiver's state, or null. Nonsense is dropped and counted.</summary>
    public abstract string? Invalid();
}

/// <summary>Ordinals of peer messages. Never reused: a removed one stays as <c>Retired…</c>.</summary>
internal enum MessageKind : byte
{
    Prepare = 1,
    Promise = 2,
    PullLog = 3,
    LogChunk = 4,
    AcceptSync = 5,
    Accept = 6,
    Accepted = 7,
    Decide = 8,
    Refuse = 9,
    AskPrepare = 10,
    ConfirmRead = 11,
    ReadConfirmed = 12,
    Probe = 13,
    ProbeAnswer = 14,
    HandOver = 15,
    AskDecided = 16,
    DecidedIs = 17,
    Learn = 18,
    LearnChunk = 19,
    OfferSnapshot = 20,
    Superseded = 21,
}
