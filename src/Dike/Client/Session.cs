using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// One session of the client: gives out the ids of commands and knows up to where they have been answered.
/// Always holds: no sequence is given out twice, and <see cref="AnsweredUpTo"/> covers only sequences whose answer has arrived or that can never be
/// sent again. Owned by <see cref="ClientCore"/>.
/// </summary>
internal sealed class Session(long start, ulong nonce)
{
    private readonly HashSet<ulong> _answeredAhead = [];
    private ulong _lastGiven;

    /// <summary>
    /// All sequences up to this one are answered. Nodes drop their results once told, so a sequence may be covered only when nobody will ask for its
    /// result again. That is why a command with an unknown outcome is never marked: its caller may retry under the same id, and would be told
    /// "answered before" instead of what became of it. It holds this number back, and the client goes on in a new session.
    /// </summary>
    public ulong AnsweredUpTo { get; private set; }

    public CommandId Next() => new(start, nonce, ++_lastGiven);

    public void MarkAnswered(CommandId id)
    {
        WireFormat.Require(id.SessionStart == start && id.SessionNonce == nonce);
        WireFormat.Require(id.Sequence > AnsweredUpTo && id.Sequence <= _lastGiven);
        _answeredAhead.Add(id.Sequence);
        while (_answeredAhead.Remove(AnsweredUpTo + 1))
        {
            AnsweredUpTo++;
        }
    }
}
