using System.Diagnostics.CodeAnalysis;
using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>What the session table says about a command.</summary>
internal enum Admission
{
    /// <summary>Never seen: execute it, then <see cref="SessionTable.Store"/> its result.</summary>
    Execute,

    /// <summary>Executed before: its result is known.</summary>
    Known,

    /// <summary>Executed before, and the caller has said that the answer arrived: the result is not kept.</summary>
    AlreadyAnswered,

    /// <summary>Its session was dropped, or starts in the future: whether it was executed before is not known, so it is not executed.</summary>
    Expired,
}

/// <summary>
/// Exactly once: every session's executed commands and their results. Replicated state, changed only while an entry is applied, by nothing but what the
/// entry says, so that every replica drops and keeps the same at the same slot. A command passes here before its handler runs, and never twice.
/// </summary>
/// <remarks>
/// A dropped session must not be opened again by a late retry: that would execute its command a second time. So the greatest start of all dropped sessions
/// is kept (<see cref="Horizon"/>), and an unknown session opens only if it started after that.
/// </remarks>
internal sealed class SessionTable
{
    /// <summary>How far a session's start may lie ahead of log time. A start far ahead would outlive every horizon and never be refused.</summary>
    public static readonly TimeSpan MaxLead = TimeSpan.FromSeconds(60);

    private readonly Dictionary<SessionId, LinkedListNode<Session>> _byId = [];

    // In the order of LastUsed: log time never goes back, and a use moves a session to the end.
    private readonly LinkedList<Session> _byUse = [];

    /// <summary>The greatest start among dropped sessions.</summary>
    public long Horizon { get; private set; }

    public int Count => _byId.Count;

    /// <summary>Makes a table from what a snapshot says. Which of two sessions last used at one instant comes first makes no difference: they expire together.</summary>
    public static SessionTable Restore(long horizon, IEnumerable<Session> sessions)
    {
        var table = new SessionTable { Horizon = horizon };
        foreach (Session session in sessions.OrderBy(session => session.LastUsed).ThenBy(session => session.Id))
        {
            bool isNew = table._byId.TryAdd(session.Id, table._byUse.AddLast(session));
            Invariant.Require(isNew, $"session {session.Id}");
        }

        return table;
    }

    /// <summary>All sessions in the order of their ids.</summary>
    public IReadOnlyList<Session> Sorted()
    {
        Session[] sessions = [.. _byUse];
        Array.Sort(sessions, (left, right) => left.Id.CompareTo(right.Id));
        return sessions;
    }

    /// <summary>Drops the sessions that had no command for longer than <paramref name="expiry"/> ticks of log time.</summary>
    public void Expire(long logTime, long expiry)
    {
        Invariant.Require(expiry > 0);
        while (_byUse.First is { } oldest && logTime - oldest.Value.LastUsed > expiry)
        {
            SessionId id = oldest.Value.Id;
            Horizon = Math.Max(Horizon, id.Start);
            _byUse.Remove(oldest);
            bool wasKnown = _byId.Remove(id);
            Invariant.Require(wasKnown);
        }

        Invariant.Require(_byId.Count == _byUse.Count, $"{_byId.Count} by id, {_byUse.Count} by use");
    }

    /// <summary>Looks at a decided command, opens its session if it is new, and takes note of what the caller has acknowledged.</summary>
    public Admission Admit(CommandId commandId, ulong answeredUpTo, long logTime, out StoredResult? known)
    {
        Invariant.Require(commandId.Sequence > answeredUpTo, $"{commandId}, answered up to {answeredUpTo}");
        known = null;
        if (!TryUse(SessionId.Of(commandId), logTime, out Session? session))
        {
            return Admission.Expired;
        }

        session.Acknowledge(answeredUpTo);
        if (commandId.Sequence <= session.AnsweredUpTo)
        {
            return Admission.AlreadyAnswered;
        }

        known = session.Find(commandId.Sequence);
        return known is null ? Admission.Execute : Admission.Known;
    }

    /// <summary>Keeps the result of a command that <see cref="Admit"/> let through.</summary>
    public void Store(CommandId commandId, StoredResult result) => _byId[SessionId.Of(commandId)].Value.Store(commandId.Sequence, result);

    /// <summary>Whether the command has deferred its reply at <paramref name="slot"/> and nobody has given it yet.</summary>
    public bool IsOpenTicket(long slot, CommandId commandId) =>
        Find(commandId)?.Find(commandId.Sequence) is { IsDeferred: true } ticket && ticket.Slot == slot;

    /// <summary>Answers an open ticket.</summary>
    public void Complete(CommandId commandId, StoredResult result) => _byId[SessionId.Of(commandId)].Value.Complete(commandId.Sequence, result);

    /// <summary>Takes over the computations of this process from a table that is thrown away.</summary>
    public void AdoptReplies(SessionTable other)
    {
        foreach (Session session in other.Sorted())
        {
            if (_byId.TryGetValue(session.Id, out LinkedListNode<Session>? own))
            {
                own.Value.AdoptReplies(session);
            }
        }
    }

    /// <summary>The session as it is, without using it; for looking before anything is proposed.</summary>
    public Session? Find(CommandId commandId) => _byId.GetValueOrDefault(SessionId.Of(commandId))?.Value;

    private bool TryUse(SessionId id, long logTime, [NotNullWhen(true)] out Session? session)
    {
        if (_byId.TryGetValue(id, out LinkedListNode<Session>? node))
        {
            _byUse.Remove(node);
        }
        else if (id.Start > Horizon && id.Start <= logTime + MaxLead.Ticks)
        {
            node = new LinkedListNode<Session>(new Session(id));
            _byId.Add(id, node);
        }
        else
        {
            session = null;
            return false;
        }

        session = node.Value;
        session.Use(logTime);
        _byUse.AddLast(node);
        return true;
    }
}
