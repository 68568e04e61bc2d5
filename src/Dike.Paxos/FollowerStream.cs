using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// A leader's dealings with one follower: Prepare, the log it lacks, then Accept and Decide in the order of a session. Knows the follower's vote.
/// Every Prepare has a fresh nonce and every AcceptSync a fresh session, so what belongs to an earlier link or attempt is told apart.
/// Owned by <see cref="Leader"/>.
/// </summary>
internal sealed class FollowerStream(int member, LeaderEpoch epoch, Membership members, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private long _nonce;
    private long _session;
    private long _sequence;
    private Slot _keep;
    private Slot _decidedSent;
    private Slot _decidedKnown;
    private int _sinceHeard;
    private readonly Queue<(Slot Last, long Bytes)> _underWay = new();
    private long _bytesUnderWay;

    private enum Phase
    {
        /// <summary>Nothing is under way: the link is down, the leader has no quorum, or the follower refused.</summary>
        Apart,

        /// <summary>A Prepare was sent.</summary>
        Asked,

        /// <summary>It promised and is being sent a log too long for one message, or fetches a snapshot because that log is cut.</summary>
        Pulling,

        /// <summary>AcceptSync was sent; Accept and Decide follow.</summary>
        InSession,
    }

    /// <summary>Its vote: the last slot it has synced in the leader's ballot.</summary>
    public Slot Accepted { get; private set; }

    /// <summary>Whether it has forgotten a vote: it does not count any more in this epoch.</summary>
    public bool IsExpelled { get; private set; }

    public bool IsInSession => Current == Phase.InSession;

    /// <summary>Whether it follows on its present link and has synced all that is decided.</summary>
    public bool IsCaughtUp => IsInSession && members.IsUp(member) && Accepted >= acceptor.Decided;
    /// <summary>Whether it has acknowledged all there is, or does not count.</summary>
    public bool IsAbreast => IsExpelled || (IsInSession && Accepted >= acceptor.Log.Last && _decidedKnown >= acceptor.Decided && _decidedSent >= acceptor.Decided);

    private Phase Current { get; set; }

    private ReplicaId Id => members[member].Id;

    private bool IsDue => _sinceHeard >= options.ResendTicks;

    /// <summary>Takes over a Prepare that was sent as a candidate.</summary>
    public void Continue(long nonce)
    {
        _nonce = nonce;
        Current = nonce != 0 && members.IsUp(member) ? Phase.Asked : Phase.Apart;
    }

    /// <summary>
    /// Whether the sender of this promise has lost a vote that it cast in this ballot: what was once reported as synced must be in its log for good.
    /// A follower answers no session between a Prepare and its AcceptSync, so no vote can overtake the promise.
    /// </summary>
    public bool HasForgotten(Promise promise) => Accepted > Slot.None && (promise.AcceptedBallot != epoch.Ballot || promise.Last < Accepted);

    /// <summary>
    /// Ends all dealings with the follower for this epoch. The vote it has forgotten is taken back as well: what it counted for while it was there is
    /// decided, but with the log gone it must not help to decide anything more.
    /// </summary>
    public void Expel()
    {
        Leave();
        IsExpelled = true;
        Accepted = Slot.None;
    }

    public void Leave()
    {
        Current = Phase.Apart;
        _sinceHeard = 0;
    }

    public bool Awaits(Promise promise) => Current == Phase.Asked && promise.Ballot == epoch.Ballot && promise.Nonce == _nonce;

    /// <summary>Brings the follower, whose log has everything through <paramref name="keep"/> in common with the leader's, to the leader's.</summary>
    public void OnPromise(Slot keep)
    {
        Invariant.Require(Current == Phase.Asked);
        _keep = keep;
        SendLog(keep);
    }

    /// <returns>False if the request makes no sense.</returns>
    public bool OnPullLog(PullLog pull)
    {
        if (pull.Nonce != _nonce || Current != Phase.Pulling)
        {
            return true;
        }

        if (pull.After < _keep || (pull.After >= acceptor.Log.Base && !acceptor.Log.EndsAt(pull.After)))
        {
            return false;
        }

        SendLog(pull.After);
        return true;
    }

    /// <summary>
    /// A vote: what the sender has synced in this ballot stays synced, so it counts whatever session it comes from, once per replica, and never back.
    /// </summary>
    public void OnAccepted(Accepted accepted)
    {
        if (IsExpelled)
        {
            return;
        }

        Accepted = accepted.Last > Accepted ? accepted.Last : Accepted;
        while (_underWay.TryPeek(out (Slot Last, long Bytes) sent) && sent.Last <= Accepted)
        {
            _bytesUnderWay -= _underWay.Dequeue().Bytes;
        }

        if (accepted.Session == _session)
        {
            _sinceHeard = 0;
            _decidedKnown = accepted.Decided > _decidedKnown ? accepted.Decided : _decidedKnown;
        }
    }

    public void OnAskPrepare()
    {
        if (Current != Phase.Asked || IsDue)
        {
            SendFreshPrepare();
        }
    }

    public void PrepareIfApart()
    {
        if (Current == Phase.Apart)
        {
            SendFreshPrepare();
        }
    }

    /// <summary>Tells the follower not to rely on this leader.</summary>
    public void Resign()
    {
        Leave();
        acceptor.SendAfterPromise(Id, new Refuse(acceptor.Configuration, epoch.Ballot, epoch.Ballot));
    }

    /// <summary>
    /// Sends the next batches. To a follower that is too far behind with its acknowledgements nothing more is pushed: it gets a Prepare behind what is under way, and what it
    /// lacks by then it pulls at its own pace. So what waits in a link is bounded, and a slow follower never slows the quorum.
    /// </summary>
    public void SendAccept(ImmutableArray<EntryBatch> batches)
    {
        if (!IsInSession)
        {
            return;
        }

        if (_underWay.Count > 0 && _bytesUnderWay + BytesOf(batches) > options.MaxUnacknowledgedBytes)
        {
            SendFreshPrepare();
        }
        else
        {
            Note(batches);
            _decidedSent = acceptor.Decided;
            outbox.Send(Id, new Accept(acceptor.Configuration, epoch.Ballot, _session, ++_sequence, batches, acceptor.Decided));
        }
    }

    public void SendDecide()
    {
        if (IsInSession)
        {
            _sinceHeard = 0;
            _decidedSent = acceptor.Decided;
            outbox.Send(Id, new Decide(acceptor.Configuration, epoch.Ballot, _session, ++_sequence, acceptor.Decided));
        }
    }

    /// <summary>One tick has passed: repeats what may have been lost.</summary>
    public void Remind()
    {
        _sinceHeard++;
        switch (Current)
        {
            case Phase.Apart when IsDue:
                SendFreshPrepare();
                break;
            case Phase.Asked when IsDue:
                SendPrepare();
                break;
            case Phase.Pulling when _sinceHeard >= options.ElectionTimeoutTicks:
                SendFreshPrepare();
                break;
            case Phase.InSession:
                // A Decide shows a follower that lost the end of the stream its gap, and is answered by one that did not.
                bool isBehind = Accepted < acceptor.Log.Last || _decidedKnown < acceptor.Decided;
                if (_decidedSent < acceptor.Decided || (isBehind && IsDue))
                {
                    SendDecide();
                }

                break;
        }
    }

    /// <summary>
    /// Sends the follower what it lacks behind <paramref name="after"/>. AcceptSync raises the ballot of its log, so it must be complete: a follower that
    /// claimed this ballot with only part of the log could be elected and lose what was decided behind that part. A longer log goes ahead in chunks
    /// that the follower holds aside: never more than the leader's own log in memory, which starts behind its snapshot, and of which the snapshot covers the rest.
    /// </summary>
    private void SendLog(Slot after)
    {
        _sinceHeard = 0;
        if (after < acceptor.Log.Base)
        {
            Current = Phase.Pulling;
            outbox.Send(Id, new OfferSnapshot(acceptor.Configuration, epoch.Ballot, _nonce, acceptor.Snapshot!));
            return;
        }

        ImmutableArray<EntryBatch> batches = acceptor.Log.Behind(after, options.MaxChunkBytes);
        Slot end = batches.IsEmpty ? after : batches[^1].Last;
        if (end < acceptor.Log.Last)
        {
            Current = Phase.Pulling;
            outbox.Send(Id, new LogChunk(acceptor.Configuration, epoch.Ballot, _nonce, after, batches, acceptor.Log.Last));
            return;
        }

        Current = Phase.InSession;
        _session = outbox.NextNumber();
        _sequence = 0;
        _decidedSent = acceptor.Decided;
        _decidedKnown = Slot.None;
        _underWay.Clear();
        _bytesUnderWay = 0;
        Note(batches);
        outbox.Send(Id, new AcceptSync(acceptor.Configuration, epoch.Ballot, _nonce, _session, _keep, after, batches, acceptor.Decided));
    }

    private static long BytesOf(ImmutableArray<EntryBatch> batches)
    {
        long bytes = 0;
        foreach (EntryBatch batch in batches)
        {
            bytes += batch.Payload.Length;
        }

        return bytes;
    }

    private void Note(ImmutableArray<EntryBatch> batches)
    {
        if (!batches.IsEmpty)
        {
            long bytes = BytesOf(batches);
            _underWay.Enqueue((batches[^1].Last, bytes));
            _bytesUnderWay += bytes;
        }
    }

    private void SendFreshPrepare()
    {
        if (IsExpelled)
        {
            return;
        }

        _nonce = outbox.NextNumber();
        Current = Phase.Asked;
        SendPrepare();
    }

    private void SendPrepare()
    {
        _sinceHeard = 0;
        acceptor.SendAfterPromise(Id, new Prepare(acceptor.Configuration, epoch.Ballot, _nonce));
    }
}
