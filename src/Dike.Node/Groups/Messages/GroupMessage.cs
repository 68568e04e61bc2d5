namespace Dike.Node.Groups.Messages;

/// <summary>
/// What one replica's surroundings say to another's, besides consensus: state in bulk, comparisons, invitations. Loss, duplication and late arrival of each must do no harm.
/// </summary>
internal abstract record GroupMessage
{
    /// <summary>The message's ordinal on the wire.</summary>
    public abstract GroupMessageKind Kind { get; }

    /// <summary>Why this message is nonsense whatever the receiver's state, or null.</summary>
    public abstract string? Invalid();
}

/// <summary>Ordinals of group messages, apart from those of consensus. Never reused.</summary>
internal enum GroupMessageKind : byte
{
    SnapshotBlockAsked = 64,
    SnapshotBlocks = 65,
    HashReport = 66,
    Invite = 67,
}
