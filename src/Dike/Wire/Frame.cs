namespace Dike.Wire;

/// <summary>
/// What travels between a client or node and a node. One sealed record per frame, in a file of its own together with the layout of its body,
/// so that fields, bytes and checks cannot drift apart. <see cref="FrameCodec"/> dispatches over them.
/// </summary>
internal abstract record Frame
{
    public abstract FrameKind Kind { get; }

    /// <summary>Why this frame is nonsense whatever the receiver's state, or null. A connection that sent one is closed.</summary>
    public abstract string? Invalid();

    /// <summary>Writes the body, in the order of the fields. Texts for people are shortened to their limit: a long message must not cost the connection.</summary>
    public abstract void Write(WireWriter writer);

    /// <summary>What to send instead when the body is larger than the connection may carry, or null if there is nothing sensible.</summary>
    public virtual Frame? InsteadOfTooLarge(int bodyBytes, int maxBodyBytes) => null;
}
