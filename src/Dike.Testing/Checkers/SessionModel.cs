namespace Dike.Testing.Checkers;

/// <summary>
/// Which entries of a group's log take effect, told from the log alone (protocol.md section 4, "Exactly once"): a session opens with its first command if it
/// started behind the greatest start of all dropped sessions and not more than a minute ahead of log time; a command of a session takes effect once, and never
/// after its caller has said that the answer arrived; a session without a command for longer than the expiry is dropped. Owned by <see cref="WitnessLog"/>,
/// one per group; its own code on purpose, simple instead of fast.
/// </summary>
internal sealed class SessionModel
{
    private readonly SortedDictionary<(long Start, ulong Nonce), Session> _sessions = [];
    private long _logTime;
    private long _horizon;

    /// <summary>Why <paramref name="entry"/> takes no effect, or null if it does. To be asked once per entry, in slot order.</summary>
    public string? Refuse(WitnessEntry entry)
    {
        _logTime = Math.Max(_logTime, entry.LogTime);
        if (entry.SessionExpiry > 0)
        {
            Expire(entry.SessionExpiry);
        }

        (long Start, ulong Nonce) id = (entry.CommandId.SessionStart, entry.CommandId.SessionNonce);
        if (!_sessions.TryGetValue(id, out Session? session))
        {
            if (entry.SessionExpiry > 0 && (id.Start <= _horizon || id.Start > _logTime + TimeSpan.TicksPerMinute))
            {
                return "its session had expired";
            }

            session = new Session();
            _sessions.Add(id, session);
        }

        session.LastUsed = _logTime;
        session.AnsweredUpTo = Math.Max(session.AnsweredUpTo, entry.AnsweredUpTo);
        if (entry.CommandId.Sequence <= session.AnsweredUpTo)
        {
            return "it had been answered";
        }

        return session.Executed.Add(entry.CommandId.Sequence) ? null : "it had been executed";
    }

    private void Expire(long expiry)
    {
        List<(long Start, ulong Nonce)> dropped = [];
        foreach (((long Start, ulong Nonce) id, Session session) in _sessions)
        {
            if (_logTime - session.LastUsed > expiry)
            {
                dropped.Add(id);
            }
        }

        foreach ((long Start, ulong Nonce) id in dropped)
        {
            _horizon = Math.Max(_horizon, id.Start);
            _sessions.Remove(id);
        }
    }

    private sealed class Session
    {
        public long LastUsed { get; set; }

        public ulong AnsweredUpTo { get; set; }

        public SortedSet<ulong> Executed { get; } = [];
    }
}
