using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// What a replica is in its configuration: among its members with a role there, or a learner. Changes when the stop-sign that ends the configuration is decided, and takes
/// along what outlives it: the links, and those who have not heard yet that it is over. Owned by <see cref="Replica"/>, which lets it settle after each step.
/// </summary>
internal sealed class Place
{
    private Member _self;
    private readonly PaxosOptions _options;
    private readonly Outbox _outbox;
    private readonly Acceptor _acceptor;
    private readonly ReplicaClock _clock;
    private readonly Links _links = new();
    private readonly SupersededNotices _notices;
    private readonly Teacher _teacher;
    private readonly bool _isNamed;
    private LeaseGrant? _grant;
    private bool _mayLead = true;

    public Place(Member self, Acceptor acceptor, Outbox outbox, ReplicaClock clock, PaxosOptions options)
    {
        _self = self;
        _acceptor = acceptor;
        _outbox = outbox;
        _clock = clock;
        _options = options;
        _notices = new SupersededNotices(_links, acceptor, outbox, options);
        _teacher = new Teacher(acceptor, outbox, options);
        Learner = new Learner(self, _links, acceptor, outbox, options);
        _isNamed = IsNamed(acceptor.Members);
        if (_isNamed)
        {
            Take();
        }
    }

    /// <summary>The members with this replica among them, or null for a learner.</summary>
    public Membership? Members { get; private set; }

    /// <summary>The role among them, or null for a learner.</summary>
    public Roles? Roles { get; private set; }

    /// <summary>What is asked of a member, or null for a learner.</summary>
    public Inquiries? Inquiries { get; private set; }

    /// <summary>How logs travel between members, or null for a learner.</summary>
    public LogExchange? Logs { get; private set; }

    public Learner Learner { get; private set; }

    /// <summary>This replica.</summary>
    public Member Self => _self;

    /// <summary>Whether a tick would change nothing. Whoever learns asks with each tick.</summary>
    public bool IsQuiet => (Roles is null || Roles.IsQuiet) && !Learner.IsActive && _notices.IsQuiet;

    public ReplicaRole Role => Roles is not null ? ReplicaRole.Voter : Learner.IsRetired ? ReplicaRole.Retired : ReplicaRole.Learner;

    public bool IsLeader => Roles?.IsLeader ?? false;

    public ReplicaId Leader => Roles?.Leader ?? Learner.Leader;

    /// <summary>A replica that its founders do not name writes down that it does not vote: from then on nothing can make it count its empty log as one that never promised.</summary>
    public void Start()
    {
        if (!_isNamed && _acceptor.IsVoter)
        {
            _acceptor.Enter(_acceptor.Configuration, _acceptor.Members, _self.Id, isVoter: false);
        }

        // What is recovered may end the configuration: then the next one is entered first.
        if (_acceptor.Next is null)
        {
            Roles?.Start();
        }
    }

    /// <summary>A leader still wants this replica, which does not vote, as a member.</summary>
    public void OnInvited() => Learner.OnInvited();

    /// <summary>A leader wants to admit this replica, which does not vote, under a new id: it goes on learning under that.</summary>
    public void Admit(ReplicaId id)
    {
        Invariant.Require(Roles is null, $"replica {_self.Id} votes in {_acceptor.Configuration}");
        Invariant.Require(id != _self.Id && id != ReplicaId.None, $"asked to take id {id}, is {_self.Id}");
        _self = _self with { Id = id };
        _acceptor.Enter(_acceptor.Configuration, _acceptor.Members, id, isVoter: false);
        Learner = new Learner(_self, _links, _acceptor, _outbox, _options);
    }

    /// <summary>
    /// Where configurations meet. What is decided may be asked for and told between any two replicas. Everything else counts only between members of one configuration: whoever
    /// speaks in an earlier one is told that it is over and heard no further, and whoever speaks in a later one shows that the own is.
    /// </summary>
    /// <param name="from">The sender.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">The sender's index if it and this replica are members of the message's configuration, or -1.</param>
    /// <returns>Whether the message counts here.</returns>
    public bool Admits(ReplicaId from, PeerMessage message, out int sender)
    {
        _notices.OnReceived(from, message);
        int order = message.Configuration.CompareTo(_acceptor.Configuration);
        sender = order == 0 ? Members?.IndexOf(from) ?? -1 : -1;
        if (message.Kind is MessageKind.Learn or MessageKind.LearnChunk or MessageKind.OfferSnapshot or MessageKind.Superseded)
        {
            return true;
        }

        if (order > 0)
        {
            Learner.OnLater(from, message.Configuration);
        }
        else if (order < 0)
        {
            _notices.Answer(from, message);
        }

        return sender >= 0;
    }

    public void PeerChanged(ReplicaId peer, bool isUp, bool reachesQuorum)
    {
        Invariant.Require(peer != _self.Id && peer != ReplicaId.None, $"peer {peer}");
        _links.Set(peer, isUp, reachesQuorum);
        if (!isUp)
        {
            Learner.OnPeerDown(peer);
        }

        if (Members is not null && Roles is not null && Members.IndexOf(peer) is >= 0 and var index)
        {
            MemberChanged(Members, Roles, index, isUp, reachesQuorum);
        }
    }

    /// <summary>A snapshot ahead of what is decided here was installed.</summary>
    public void Install(SnapshotInfo snapshot)
    {
        Invariant.Require(snapshot.Slot > _acceptor.Decided, $"snapshot of {snapshot.Slot}, decided {_acceptor.Decided}");
        Roles?.OnInstalling();
        _acceptor.StartBehind(snapshot);
        if (_acceptor.Next is null)
        {
            Roles?.OnInstalled();
        }

        Learner.OnInstalled();
    }

    public void OnTime() => _grant?.OnTime();

    public void SetMayLead(bool mayLead)
    {
        _mayLead = mayLead;
        Roles?.SetMayLead(mayLead);
    }

    public void Read(long readId)
    {
        if (Inquiries is null)
        {
            _outbox.Effects.ReadsRefused.Add(readId);
        }
        else
        {
            Inquiries.Read(readId);
        }
    }

    /// <summary>A learner knows of no leader that vouches for how old its state is.</summary>
    public void ReadBounded(long readId, long maxStalenessMs)
    {
        if (Inquiries is null)
        {
            _outbox.Effects.ReadsRefused.Add(readId);
        }
        else
        {
            Inquiries.ReadBounded(readId, maxStalenessMs);
        }
    }

    public bool OnLearn(ReplicaId from, Learn learn)
    {
        // Also one that has left long ago must hear of it: it may be named again, and be the only one who can go on.
        if (learn.Configuration.CompareTo(_acceptor.Configuration) > 0)
        {
            Learner.OnLater(from, learn.Configuration);
        }

        Roles?.OnLearn(from, learn);
        return _teacher.Answer(from, learn, Leader);
    }

    public bool OnLearnChunk(ReplicaId from, LearnChunk chunk)
    {
        if (Learner.Takes(chunk))
        {
            if (!chunk.Batches.IsEmpty)
            {
                Roles?.StepAside();
            }

            Learner.OnChunk(from, chunk);
        }
        else
        {
            Learner.OnStale(from, chunk);
        }

        return true;
    }

    public bool OnOfferSnapshot(ReplicaId from, int sender, OfferSnapshot offer)
    {
        if (offer.Ballot != Ballot.None)
        {
            return sender >= 0 && Logs!.OnOfferSnapshot(sender, offer);
        }

        Learner.OnOffer(from, offer.Snapshot);
        return true;
    }

    /// <summary>One that says nothing new is answered as well, by a question, so that its sender learns that this replica knows.</summary>
    public bool OnSuperseded(ReplicaId from, Superseded superseded)
    {
        if (superseded.Configuration.CompareTo(_acceptor.Configuration) > 0)
        {
            Learner.OnLater(from, superseded.Configuration);
        }
        else
        {
            _outbox.Send(from, new Learn(_acceptor.Configuration, _acceptor.Decided, _self.Incarnation));
        }

        return true;
    }

    public void OnTick()
    {
        Roles?.OnTick();
        Learner.OnTick();
        _notices.OnTick();
    }

    /// <summary>
    /// Changes role and configuration if the last input brought that about. Ends every step. Once the configuration is known to be over no role in it goes on, not even in
    /// this step: a candidate that has just installed a snapshot of the next one would lead in this one, with an entry behind its stop-sign.
    /// </summary>
    public void Settle()
    {
        if (_acceptor.Next is null)
        {
            Roles?.Settle();
        }

        while (_acceptor.Next is { } next)
        {
            Enter(next);
        }

        Learner.Continue();
        Invariant.Require(_acceptor.IsVoter == Roles is not null, $"voter {_acceptor.IsVoter} in {_acceptor.Configuration}");
        Invariant.Require(_acceptor.IsVoter || _acceptor.Promised == Ballot.None, $"a learner has promised {_acceptor.Promised}");
    }

    private static void MemberChanged(Membership members, Roles roles, int index, bool isUp, bool reachesQuorum)
    {
        bool isNews = members.SetReachesQuorum(index, reachesQuorum);
        if (members.SetUp(index, isUp))
        {
            isNews = true;
            if (isUp)
            {
                roles.OnPeerUp(index);
            }
            else
            {
                roles.OnPeerDown(index);
            }
        }

        if (isNews)
        {
            roles.OnLinksChanged();
        }
    }

    private bool IsNamed(ImmutableArray<Member> members) =>
        members.Any(member => member.Id == _self.Id && member.Node == _self.Node && member.Incarnation == _self.Incarnation);

    /// <summary>
    /// Takes the replica's place among the members of its configuration, if it votes there. Whatever it was to the ones before is over, leases granted included: a leader that
    /// held one has ended its configuration itself, and dropped it, or was followed by one that could be elected only after it had run out.
    /// </summary>
    private void Take()
    {
        (Members, Roles, Inquiries, Logs, _grant) = (null, null, null, null, null);
        if (!_acceptor.IsVoter)
        {
            return;
        }

        Members = new Membership(_self.Id, _acceptor.Members);
        _links.Report(Members);
        _grant = new LeaseGrant(Members.Count > 1 ? _acceptor.Promised : Ballot.None, _clock, _options);
        Roles = new Roles(Members, _acceptor, _outbox, _clock, _grant, _options);
        Roles.SetMayLead(_mayLead);
        Inquiries = new Inquiries(Roles, Members, _acceptor, _outbox, _grant);
        Logs = new LogExchange(Roles, Members, _acceptor, _outbox, _options);
    }

    /// <summary>
    /// The stop-sign is decided: enters the configuration that it names. A leader has told its followers by now. If it stays a member it stands at once, because it is the one
    /// that its members believe in.
    /// </summary>
    private void Enter(StopSign next)
    {
        bool hasLed = IsLeader;
        ConfigurationId left = _acceptor.Configuration;
        ImmutableArray<Member> members = _acceptor.Members;
        Roles?.Leave();
        _acceptor.Enter(next.Next, next.Members, _self.Id, IsNamed(next.Members));
        if (hasLed)
        {
            _notices.OnEnded(left, [.. members, .. next.Members.Except(members)], _self.Id, _acceptor.Decided);
        }

        Take();
        Roles?.Start(standsAtOnce: hasLed);
    }
}
