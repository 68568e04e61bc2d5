namespace Dike.Paxos;

/// <summary>
/// Reads that may be stale, but by no more than the caller says: a follower knows how far its leader had decided at some moment, and asks again when that is
/// too long ago, at most once per bound, for all that wait. The moment is that of asking, by this replica's own clock. Owned by <see cref="Follower"/>.
/// </summary>
internal sealed class BoundedReads(Acceptor acceptor, Outbox outbox, ReplicaClock clock, PaxosOptions options)
{
    private List<long> _waiting = [];
    private List<long> _inRound = [];
    private long? _knownAt;
    private Slot _through;
    private AskDecided? _question;
    private long _askedAt;
    private int _sinceSent;

    public bool IsQuiet => _inRound.Count == 0 && _waiting.Count == 0;

    /// <summary>A read through a slot that covers everything decided up to <paramref name="boundMs"/> ago.</summary>
    /// <param name="readId">The caller's number of the read.</param>
    /// <param name="boundMs">The bound.</param>
    /// <param name="leader">The leader followed, or none.</param>
    /// <param name="session">The session with it, or 0.</param>
    public void Ask(long readId, long boundMs, ReplicaId leader, long session)
    {
        // The clock counts whole milliseconds: what is exactly as old as the bound may be a little older.
        if (_knownAt is { } knownAt && clock.NowMs - knownAt < boundMs)
        {
            outbox.Effects.ReadsReady.Add(new ReadReady(readId, _through));
        }
        else if (leader == ReplicaId.None || !clock.IsRunning)
        {
            outbox.Effects.ReadsRefused.Add(readId);
        }
        else if (_inRound.Count > 0 && clock.NowMs - _askedAt < boundMs)
        {
            _inRound.Add(readId);
        }
        else
        {
            _waiting.Add(readId);
            StartRound(leader, session);
        }
    }

    public void OnDecided(DecidedIs decided, ReplicaId leader, long session)
    {
        if (_question is not { } question || (decided.Ballot, decided.Session, decided.Round) != (question.Ballot, question.Session, question.Round))
        {
            return;
        }

        _question = null;
        _knownAt = _askedAt;
        _through = decided.Through > _through ? decided.Through : _through;
        foreach (long readId in _inRound)
        {
            outbox.Effects.ReadsReady.Add(new ReadReady(readId, _through));
        }

        _inRound.Clear();
        StartRound(leader, session);
    }

    public void OnTick(ReplicaId leader, long session)
    {
        if (_inRound.Count == 0)
        {
            StartRound(leader, session);
        }
        else if (++_sinceSent >= options.ResendTicks)
        {
            Send(leader, session);
        }
    }

    /// <summary>The leader is gone: whoever waits is to ask elsewhere.</summary>
    public void RefuseAll()
    {
        outbox.Effects.ReadsRefused.AddRange(_inRound);
        outbox.Effects.ReadsRefused.AddRange(_waiting);
        _inRound.Clear();
        _waiting.Clear();
        _question = null;
    }

    /// <summary>The clock cannot be trusted: how long ago anything was is not known any more.</summary>
    public void Forget()
    {
        _knownAt = null;
        _question = null;
        _waiting.AddRange(_inRound);
        _inRound.Clear();
    }

    private void StartRound(ReplicaId leader, long session)
    {
        if (_inRound.Count == 0 && _waiting.Count > 0 && session != 0)
        {
            (_inRound, _waiting) = (_waiting, _inRound);
            _askedAt = clock.NowMs;
            Send(leader, session);
        }
    }

    /// <summary>Asks, or asks again: what comes back is taken as of the first asking.</summary>
    private void Send(ReplicaId leader, long session)
    {
        _sinceSent = 0;
        if (session != 0)
        {
            Invariant.Require(leader == acceptor.Promised.Owner, $"leader {leader}, promised {acceptor.Promised}");
            if (_question is null || _question.Session != session || _question.Ballot != acceptor.Promised)
            {
                _question = new AskDecided(acceptor.Configuration, acceptor.Promised, session, outbox.NextNumber());
            }

            outbox.Send(leader, _question);
        }
    }
}
