namespace Dike.Paxos;

/// <summary>
/// The half of a replica that takes in what others have decided without voting for it: the whole life of a learner, and of a voter that has heard of a later configuration
/// until it holds the stop-sign that ends its own. Asks one replica at a time, the leader if it knows it, and asks again at once while there is more. What it is told is
/// true whoever tells it and however late, because it is decided; only the place must fit. Never promises, accepts, stands or confirms. Owned by <see cref="Replica"/>.
/// </summary>
internal sealed class Learner(Member self, Links links, Acceptor acceptor, Outbox outbox, PaxosOptions options)
{
    private ReplicaId _leader;
    private ReplicaId _giver;
    private ReplicaId _asked;
    private ConfigurationId _heardOf;
    private int _turn;
    private int _sinceAsked;
    private bool _isOffered;
    private bool _hasMore;
    private int _patience = Patience(options);

    /// <summary>The replica that led when this one was last told, or none.</summary>
    public ReplicaId Leader => IsRetired ? ReplicaId.None : _leader;

    /// <summary>Whether this replica has left, and the members have decided something without it: nobody needs what it holds.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>
    /// Whoever has heard of a configuration above its own asks until it is there, and whoever has left until it knows that nobody needs it. A newcomer asks as long as a
    /// leader wants it: one whose admission was given up would otherwise ask for ever.
    /// </summary>
    public bool IsActive =>
        _heardOf.CompareTo(acceptor.Configuration) > 0 || (!acceptor.IsVoter && !IsRetired && (acceptor.HasLeft || _patience > 0));

    /// <summary>A leader wants this replica as a member.</summary>
    public void OnInvited()
    {
        Invariant.Require(!acceptor.IsVoter, $"a voter of {acceptor.Configuration} is invited");
        IsRetired = false;
        _patience = Patience(options);
    }

    /// <summary>Somebody is in a configuration above the own one: whatever was decided to end the own one, it has.</summary>
    public void OnLater(ReplicaId from, ConfigurationId configuration)
    {
        Invariant.Require(configuration.CompareTo(acceptor.Configuration) > 0, $"{configuration} in {acceptor.Configuration}");
        IsRetired = false;
        if (configuration.CompareTo(_heardOf) <= 0)
        {
            // Known already: whoever is being asked for it is not interrupted.
            _giver = _giver == ReplicaId.None ? from : _giver;
            return;
        }

        _heardOf = configuration;
        _leader = ReplicaId.None;
        _giver = from;
        Ask(from);
    }

    /// <summary>Decided batches, for the place where this replica is. The caller has made sure that no role of it counts on the log as it was.</summary>
    public void OnChunk(ReplicaId from, LearnChunk chunk)
    {
        Invariant.Require(Takes(chunk));
        Heard(from, chunk.Leader);
        bool haveGoneOn = chunk.Decided > acceptor.Decided || acceptor.Log.LastBatch is { Kind: not EntryKind.StopSign };
        if (acceptor.HasLeft && haveGoneOn && _heardOf.CompareTo(acceptor.Configuration) <= 0)
        {
            IsRetired = true;
            return;
        }

        if (chunk.Batches.IsEmpty)
        {
            // It knows no more than this replica does. Unless it leads, somebody else is asked next: two that ask each other would never hear of the rest.
            _giver = ReplicaId.None;
            return;
        }

        acceptor.Learn(chunk.Batches);
        _giver = from;
        _hasMore = true;
    }

    /// <summary>Whether this replica waits for what the chunk brings.</summary>
    public bool Takes(LearnChunk chunk) => IsActive && chunk.After == acceptor.Decided;

    /// <summary>A snapshot was installed: what lies behind it is asked for.</summary>
    public void OnInstalled()
    {
        _asked = ReplicaId.None;
        _hasMore = true;
    }

    public void OnPeerDown(ReplicaId peer) => _asked = _asked == peer ? ReplicaId.None : _asked;

    /// <summary>Goes on at once after something was taken in. Ends every step.</summary>
    public void Continue()
    {
        if (acceptor.HasLeft && acceptor.HasDecidedInConfiguration && _heardOf.CompareTo(acceptor.Configuration) <= 0)
        {
            // It learned in one go that it is no member and what the members decided since.
            IsRetired = true;
        }

        if (_hasMore && IsActive && _asked == ReplicaId.None)
        {
            Ask(Best());
        }

        _hasMore = false;
    }

    /// <summary>An answer for a place where this replica is no more: whoever gave it is free to be asked again.</summary>
    public void OnStale(ReplicaId from, LearnChunk chunk)
    {
        if (_asked == from && chunk.After < acceptor.Decided)
        {
            _asked = ReplicaId.None;
            _hasMore = true;
        }
    }

    /// <summary>The batches are cut where this replica is: it needs the snapshot. Asked for again as long as that is so, in case an offer or a fetch is lost.</summary>
    public void OnOffer(ReplicaId from, SnapshotInfo snapshot)
    {
        if (IsActive && snapshot.Slot > acceptor.Decided)
        {
            Heard(from, _leader);
            _giver = from;
            _asked = from;
            _isOffered = true;
            outbox.Effects.SnapshotsWanted.Add(new SnapshotWanted(from, snapshot));
        }
    }

    public void OnTick()
    {
        if (!IsActive)
        {
            return;
        }

        _patience = Math.Max(0, _patience - 1);
        _sinceAsked++;
        if (_asked != ReplicaId.None)
        {
            if (_sinceAsked < options.ResendTicks)
            {
                return;
            }

            // Without an answer somebody else is asked; while a snapshot is fetched, the one who offered it.
            if (!_isOffered)
            {
                _leader = _leader == _asked ? ReplicaId.None : _leader;
                _giver = _giver == _asked ? ReplicaId.None : _giver;
            }
        }

        Ask(Best());
    }

    private static int Patience(PaxosOptions options) => 8 * options.ElectionTimeoutTicks;

    private void Heard(ReplicaId from, ReplicaId leader)
    {
        _asked = _asked == from ? ReplicaId.None : _asked;
        _leader = leader == self.Id ? ReplicaId.None : leader;
        _sinceAsked = 0;
    }

    private ReplicaId Best()
    {
        if (links.IsUp(_leader))
        {
            return _leader;
        }

        if (links.IsUp(_giver))
        {
            return _giver;
        }

        return links.Count == 0 ? ReplicaId.None : links[_turn++ % links.Count];
    }

    private void Ask(ReplicaId peer)
    {
        _asked = peer;
        _isOffered = false;
        _sinceAsked = 0;
        if (peer != ReplicaId.None)
        {
            outbox.Send(peer, new Learn(acceptor.Configuration, acceptor.Decided, self.Incarnation));
        }
    }
}
