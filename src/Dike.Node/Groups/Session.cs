using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>One caller's session in a group: which of its commands took effect here, and what they came to. Replicated state; owned by the <see cref="SessionTable"/>.</summary>
internal sealed class Session(SessionId id)
{
    private readonly SortedList<ulong, StoredResult> _open = [];

    public SessionId Id { get; } = id;

    /// <summary>The caller has the answers of all sequences up to it; nothing of them is kept.</summary>
    public ulong AnsweredUpTo { get; private set; }

    /// <summary>The log time of its last command.</summary>
    public long LastUsed { get; private set; }

    /// <summary>Results the caller may still ask for, in the order of their sequences.</summary>
    public IReadOnlyDictionary<ulong, StoredResult> Open => _open;

    public StoredResult? Find(ulong sequence) => _open.GetValueOrDefault(sequence);

    public void Use(long logTime)
    {
        Invariant.Require(logTime >= LastUsed, $"log time {logTime}, last used {LastUsed}");
        LastUsed = logTime;
    }

    /// <summary>Drops what the caller has acknowledged. An older statement than the last one changes nothing.</summary>
    public void Acknowledge(ulong answeredUpTo)
    {
        if (answeredUpTo <= AnsweredUpTo)
        {
            return;
        }

        AnsweredUpTo = answeredUpTo;
        while (_open.Count > 0 && _open.GetKeyAtIndex(0) <= answeredUpTo)
        {
            _open.RemoveAt(0);
        }
    }

    /// <summary>Keeps the result of a command that was just executed. A second result for a sequence would mean a second execution.</summary>
    public void Store(ulong sequence, StoredResult result)
    {
        Invariant.Require(sequence > AnsweredUpTo, $"sequence {sequence}, answered up to {AnsweredUpTo}");
        bool isNew = _open.TryAdd(sequence, result);
        Invariant.Require(isNew, $"sequence {sequence} of session {Id}");
    }

    /// <summary>Puts the answer that a later command gave in the place of the open ticket. An answer that was given stays: a retry must get the same one.</summary>
    public void Complete(ulong sequence, StoredResult result)
    {
        Invariant.Require(!result.IsDeferred && _open[sequence].IsDeferred, $"sequence {sequence} of session {Id}");
        Invariant.Require(_open[sequence].Slot == result.Slot, $"ticket of slot {_open[sequence].Slot}, answer for slot {result.Slot}");
        _open[sequence] = result;
    }

    /// <summary>Takes over the computations of this process from a session that is thrown away.</summary>
    public void AdoptReplies(Session other)
    {
        foreach ((ulong sequence, StoredResult result) in other._open)
        {
            if (result.Reply is not null && Find(sequence) is { IsComputedElsewhere: true } own)
            {
                _open[sequence] = own with { Reply = result.Reply };
            }
        }
    }
}

/// <summary>A session's 128 bits: its start, and 64 random bits that tell sessions of the same instant apart.</summary>
/// <param name="Start">The start, in ticks of UTC, from a node's welcome.</param>
/// <param name="Nonce">The random bits.</param>
internal readonly record struct SessionId(long Start, ulong Nonce) : IComparable<SessionId>
{
    public static SessionId Of(CommandId commandId) => new(commandId.SessionStart, commandId.SessionNonce);

    public int CompareTo(SessionId other)
    {
        int byStart = Start.CompareTo(other.Start);
        return byStart != 0 ? byStart : Nonce.CompareTo(other.Nonce);
    }
}
