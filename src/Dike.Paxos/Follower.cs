using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// The half of a replica that follows: answers Prepare, adopts its leader's log, accepts and learns in the order of the session, asks for a new Prepare
/// when it has lost its place. It accepts only in the ballot it has promised, from that ballot's owner. Nothing here is durable: the place in the
/// stream is found anew after a start. Owned by <see cref="Roles"/>.
/// </summary>
internal sealed class Follower(Membership members, Acceptor acceptor, Outbox outbox, ReplicaClock clock, PaxosOptions options)
{
    private const int None = -1;

    private readonly BoundedReads _reads = new(acceptor, outbox, clock, options);
    private int _leader = None;
    private long _nonce;
    private bool _awaitsSync;
    private long _session;
    private long _sequence;
    private LogPull? _pull;
    private int _sinceAsked = options.ElectionTimeoutTicks;
    private int _sinceHeard;
    private int _sinceProgress;

    /// <summary>The replica that was last seen leading in the promised ballot, or <see cref="ReplicaId.None"/>.</summary>
    public ReplicaId Leader => _leader == None ? ReplicaId.None : members[_leader].Id;

    /// <summary>Whether the leader's node is there and says that it reaches a quorum: one that does not cannot serve anybody.</summary>
    public bool HasLivingLeader => _leader != None && members.ReachesQuorum(_leader);

    /// <summary>The ballot followed, or <see cref="Ballot.None"/>.</summary>
    public Ballot Followed => _leader == None ? Ballot.None : acceptor.Promised;

    /// <summary>Whether a tick would change nothing: in session with a living leader, nothing asked, nothing heard for so long that it would be asked whether it leads.</summary>
    public bool IsQuiet =>
        HasLivingLeader && _session != 0 && _reads.IsQuiet && _sinceAsked >= options.ElectionTimeoutTicks && _sinceHeard >= options.ElectionTimeoutTicks;

    /// <summary>Forgets the place in the stream and the leader: the ballot changes.</summary>
    public void Reset()
    {
        _leader = None;
        _nonce = 0;
        _awaitsSync = false;
        _reads.RefuseAll();
        LosePlace();
    }

    /// <summary>
    /// Answers a Prepare of the promised ballot. A repeated one gets the same answer again; an older one is ignored, and so is the one whose answer was
    /// already followed by AcceptSync.
    /// </summary>
    public void OnPrepare(int sender, Prepare prepare)
    {
        Invariant.Require(prepare.Ballot == acceptor.Promised, $"{prepare.Ballot}, promised {acceptor.Promised}");
        if (prepare.Nonce < _nonce || (prepare.Nonce == _nonce && !_awaitsSync))
        {
            return;
        }

        if (prepare.Nonce > _nonce)
        {
            _nonce = prepare.Nonce;
            _awaitsSync = true;
            LosePlace();
        }

        _sinceAsked = 0;
        acceptor.FlushDecided();
        acceptor.SendAfterAll(
            members[sender].Id,
            new Promise(acceptor.Configuration, prepare.Ballot, prepare.Nonce, acceptor.Accepted, acceptor.Log.Last, acceptor.Decided));
    }

    /// <returns>False if the chunk makes no sense.</returns>
    public bool OnLogChunk(int sender, LogChunk chunk)
    {
        if (chunk.Nonce != _nonce || !_awaitsSync)
        {
            return true;
        }

        _pull ??= new LogPull(_nonce, chunk.After);
        if (_pull.TryAdd(chunk))
        {
            _leader = sender;
            _sinceProgress = 0;
            SendPull(sender);
        }

        return true;
    }

    /// <summary>What this replica lacks is cut from the leader's log: it needs the snapshot. It goes on asking its leader until that is installed.</summary>
    public void OnOfferSnapshot(int sender, OfferSnapshot offer)
    {
        if (offer.Nonce == _nonce && _awaitsSync && offer.Snapshot.Slot > acceptor.Decided)
        {
            _leader = sender;
            LosePlace();
            outbox.Effects.SnapshotsWanted.Add(new SnapshotWanted(members[sender].Id, offer.Snapshot));
        }
    }

    /// <summary>A snapshot was installed: the leader is asked for what lies behind it.</summary>
    public void OnInstalled()
    {
        LosePlace();
        if (_leader != None)
        {
            _sinceAsked = options.ElectionTimeoutTicks;
            Ask(_leader);
        }
    }

    /// <returns>False if the message makes no sense.</returns>
    public bool OnAcceptSync(int sender, AcceptSync sync)
    {
        if (sync.Nonce != _nonce || !_awaitsSync)
        {
            return true;
        }

        if (sync.Keep < acceptor.Decided && acceptor.Accepted != sync.Ballot)
        {
            // It answers a promise from before a snapshot was installed or something was learned here.
            acceptor.RequireSame(sync.Batches, acceptor.Decided);
            Ask(sender);
            return true;
        }

        ImmutableArray<EntryBatch> batches = sync.Batches;
        if (sync.After != sync.Keep)
        {
            if (_pull is null || _pull.Keep != sync.Keep || _pull.End != sync.After)
            {
                Ask(sender);
                return true;
            }

            batches = _pull.With(batches);
        }

        if (!Adopt(sync.Ballot, sync.Keep, batches))
        {
            return false;
        }

        _pull = null;
        _awaitsSync = false;
        _session = sync.Session;
        _sequence = 0;
        _leader = sender;
        Learn(sync.Decided);
        SendAccepted(sender);
        return true;
    }

    /// <returns>False if the message makes no sense.</returns>
    public bool OnAccept(int sender, Accept accept)
    {
        if (!IsNext(sender, accept.Ballot, accept.Session, accept.Sequence))
        {
            return true;
        }

        if (!acceptor.AppendMissing(accept.Batches))
        {
            LosePlace();
            Ask(sender);
            return false;
        }

        Learn(accept.Decided);
        SendAccepted(sender);
        return true;
    }

    public void OnDecide(int sender, Decide decide)
    {
        if (IsNext(sender, decide.Ballot, decide.Session, decide.Sequence))
        {
            Learn(decide.Decided);
            SendAccepted(sender);
        }
    }

    /// <summary>The leader says that it does not lead in the promised ballot any more. In case that is an old message it is asked once more.</summary>
    public void OnRefuse(int sender, Refuse refuse)
    {
        if (sender == _leader && refuse.Asked == acceptor.Promised)
        {
            _leader = None;
            LosePlace();
            Ask(sender);
        }
    }

    /// <summary>A candidate was turned away because of the leader: it is asked whether it leads, in case it silently does not.</summary>
    public void VerifyLeader()
    {
        Invariant.Require(HasLivingLeader);
        if (_sinceAsked >= options.ElectionTimeoutTicks && _sinceHeard >= options.ElectionTimeoutTicks)
        {
            Ask(_leader);
        }
    }

    /// <inheritdoc cref="BoundedReads.Ask"/>
    public void ReadBounded(long readId, long boundMs) => _reads.Ask(readId, boundMs, Leader, _session);

    public void OnDecidedIs(DecidedIs decided) => _reads.OnDecided(decided, Leader, _session);

    /// <inheritdoc cref="BoundedReads.Forget"/>
    public void ForgetTimes() => _reads.Forget();

    /// <summary>A peer came up: if it leads, it is to make itself known.</summary>
    public void OnPeerUp(int peer)
    {
        _sinceAsked = options.ElectionTimeoutTicks;
        Ask(peer);
    }

    public void OnPeerDown(int peer)
    {
        if (peer == _leader)
        {
            _leader = None;
            LosePlace();
        }
    }

    public void OnTick()
    {
        _sinceAsked = Math.Min(_sinceAsked + 1, options.ElectionTimeoutTicks);
        _sinceHeard = Math.Min(_sinceHeard + 1, options.ElectionTimeoutTicks);
        if (_leader == None)
        {
            _reads.RefuseAll();
        }

        _reads.OnTick(Leader, _session);
        if (_session != 0)
        {
            return;
        }

        if (_leader == None)
        {
            AskOwner();
            return;
        }

        if (++_sinceProgress >= options.ElectionTimeoutTicks)
        {
            // The node is there but its replica does not lead: it would have answered.
            _leader = None;
            LosePlace();
        }
        else if (_pull is null)
        {
            Ask(_leader);
        }
        else if (_sinceProgress % options.ResendTicks == 0)
        {
            SendPull(_leader);
        }
    }

    /// <summary>
    /// Brings the log to the leader's. Within the ballot in which the log already is nothing may be removed, whatever the message says: the log is then a
    /// prefix of the leader's, this replica's vote may have been counted for all of it, and the message is older than what it holds.
    /// </summary>
    private bool Adopt(Ballot ballot, Slot keep, ImmutableArray<EntryBatch> batches)
    {
        if (keep > acceptor.Log.Last)
        {
            return false;
        }

        if (acceptor.Accepted == ballot)
        {
            return acceptor.AppendMissing(batches);
        }

        if (!acceptor.Log.EndsAt(keep))
        {
            return false;
        }

        acceptor.Adopt(ballot, keep, batches);
        return true;
    }

    /// <summary>Whether a message is the next of the session. A gap or an unknown session means that the place in the stream is lost.</summary>
    private bool IsNext(int sender, Ballot ballot, long session, long sequence)
    {
        if (ballot == acceptor.Promised && _session != 0 && session <= _session)
        {
            if (session < _session || sequence <= _sequence)
            {
                return false;
            }

            if (sequence == _sequence + 1)
            {
                Invariant.Require(acceptor.Accepted == ballot, $"accepted {acceptor.Accepted}, in session with {ballot}");
                _sequence = sequence;
                _sinceHeard = 0;
                _sinceProgress = 0;
                return true;
            }
        }

        if (ballot == acceptor.Promised)
        {
            _leader = sender;
            LosePlace();
        }

        Ask(sender);
        return false;
    }

    /// <summary>What the leader knows to be decided, as far as the own log goes: in its ballot that is a prefix of the leader's.</summary>
    private void Learn(Slot decided)
    {
        Invariant.Require(acceptor.Accepted == acceptor.Promised, $"accepted {acceptor.Accepted}, promised {acceptor.Promised}");
        Slot known = acceptor.Log.EndAtOrBefore(decided);
        if (known > acceptor.Decided)
        {
            acceptor.Decide(known);
        }
    }

    private void LosePlace()
    {
        _session = 0;
        _pull = null;
        _sinceProgress = 0;
    }

    private void SendAccepted(int leader) =>
        acceptor.SendAfterLog(members[leader].Id, new Accepted(acceptor.Configuration, acceptor.Promised, _session, acceptor.Log.Last, acceptor.Decided));

    private void SendPull(int leader) =>
        outbox.Send(members[leader].Id, new PullLog(acceptor.Configuration, acceptor.Promised, _nonce, _pull!.End));

    /// <summary>Without a leader, the owner of the promised ballot is the likeliest to lead.</summary>
    private void AskOwner()
    {
        int owner = members.IndexOf(acceptor.Promised.Owner);
        if (owner >= 0 && owner != members.Self && members.IsUp(owner))
        {
            Ask(owner);
        }
    }

    private void Ask(int peer)
    {
        if (_sinceAsked >= options.ResendTicks)
        {
            _sinceAsked = 0;
            acceptor.SendAfterPromise(members[peer].Id, new AskPrepare(acceptor.Configuration, acceptor.Promised));
        }
    }
}
