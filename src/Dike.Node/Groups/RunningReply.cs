namespace Dike.Node.Groups;

/// <summary>
/// The delegate of a <c>From</c> that this process runs, or ran: who waits for it and what came of it. Lives as long as the session keeps the command's
/// result, so that a later retry to this process still gets the computed value.
/// </summary>
internal sealed class RunningReply
{
    /// <summary>Who waits; empty once it has ended.</summary>
    public TicketList Waiting { get; } = new();

    public bool HasEnded { get; private set; }

    /// <summary>The value, if it ended well.</summary>
    public ReadOnlyMemory<byte> Value { get; private set; }

    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; private set; }

    public void End(ReadOnlyMemory<byte> value, string? failure)
    {
        Dike.Paxos.Invariant.Require(!HasEnded);
        HasEnded = true;
        Value = value;
        Failure = failure;
    }
}
