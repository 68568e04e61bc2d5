using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// One member of a group: the only entry to the consensus core. Every input is one step that changes its state and fills the caller's
/// <see cref="Effects"/>; nothing else happens. It always has exactly one role: follower, candidate or leader. Called by the group's core, on one thread.
/// </summary>
internal sealed class Replica
{
    private readonly Membership _members;
    private readonly Outbox _outbox = new();
    private readonly Acceptor _acceptor;
    private readonly Roles _roles;
    private (Ballot Promised, Ballot Accepted, Slot Decided) _durableBefore;
    private (bool IsLeader, ReplicaId Leader) _leadershipBefore;
    private bool _isStarted;

    /// <param name="self">This replica.</param>
    /// <param name="members">All members with their priorities (higher leads rather), this replica included.</param>
    /// <param name="recovered">What the durable log gave back.</param>
    /// <param name="options">Limits and times.</param>
    /// <exception cref="ArgumentException">Members or options make no sense.</exception>
    public Replica(ReplicaId self, ImmutableArray<Member> members, RecoveredState recovered, PaxosOptions options)
    {
        options.Validate();
        _members = new Membership(self, members);
        _acceptor = new Acceptor(recovered, _outbox);
        _roles = new Roles(_members, _acceptor, _outbox, options);
    }

    /// <summary>Whether this replica leads: it may propose and serve reads (they wait for its first decided entry by themselves).</summary>
    public bool IsLeader => _roles.IsLeader;

    /// <summary>The replica believed to lead, or <see cref="ReplicaId.None"/>.</summary>
    public ReplicaId Leader => _roles.Leader;

    /// <summary>The highest ballot promised, synced or not.</summary>
    public Ballot Promised => _acceptor.Promised;

    /// <summary>The last slot of the log, decided or not.</summary>
    public Slot Last => _acceptor.Log.Last;

    /// <summary>The last slot known to be decided.</summary>
    public Slot Decided => _acceptor.Decided;

    /// <summary>How many nonsensical messages were dropped.</summary>
    public long InvalidMessages { get; private set; }

    /// <summary>Emits what recovery alone decides (batches up to the recovered decided slot) and, with a single member, starts to lead. Call once, first.</summary>
    public void Start(Effects effects)
    {
        Invariant.Require(!_isStarted);
        _isStarted = true;
        Begin(effects);
        _acceptor.EmitRecovered();
        _roles.Start();
        End();
    }

    /// <summary>Handles a message. Nonsense is dropped and counted, never thrown for.</summary>
    /// <exception cref="InvariantViolatedException">The message proves that two replicas hold different decided entries: the group must stop.</exception>
    public void Receive(ReplicaId from, PeerMessage message, Effects effects)
    {
        Begin(effects);
        int sender = _members.IndexOf(from);
        bool isForUs = sender >= 0 && sender != _members.Self && message.Configuration == _acceptor.Configuration;
        if (!isForUs || message.Invalid() is not null || !Step(sender, message))
        {
            InvalidMessages++;
        }

        End();
    }

    /// <summary>Appends a batch if this replica leads. The batch has a slot from then on.</summary>
    /// <returns>The first slot, or <see cref="Slot.None"/> if this replica does not lead: nothing was done.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Slot Propose(int count, EntryKind kind, ReadOnlyMemory<byte> payload, Effects effects)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Begin(effects);
        Slot first = _roles.Propose(count, kind, payload);
        End();
        return first;
    }

    /// <summary>Says that all writes up to and including <paramref name="writeNumber"/> are synced.</summary>
    public void Synced(long writeNumber, Effects effects)
    {
        Begin(effects);
        _acceptor.Synced(writeNumber);
        _roles.OnSynced();
        End();
    }

    /// <summary>Asks for a slot through which a linearizable read must see; answered in <see cref="Effects.ReadsReady"/> or <see cref="Effects.ReadsRefused"/>.</summary>
    public void Read(long readId, Effects effects)
    {
        Begin(effects);
        _roles.Read(readId);
        End();
    }

    /// <summary>Says whether a peer's node is there: frames come and go. A link that went and came back is reported as down, then up.</summary>
    public void PeerChanged(ReplicaId peer, bool isUp, Effects effects)
    {
        Begin(effects);
        int index = _members.IndexOf(peer);
        Invariant.Require(index >= 0, $"peer {peer}");
        if (_members.SetUp(index, isUp))
        {
            if (isUp)
            {
                _roles.OnPeerUp(index);
            }
            else
            {
                _roles.OnPeerDown(index);
            }
        }

        End();
    }

    /// <summary>One tick of time has passed.</summary>
    public void Tick(Effects effects)
    {
        Begin(effects);
        _acceptor.FlushDecided();
        _roles.OnTick();
        End();
    }

    /// <summary>The one switch over messages.</summary>
    /// <returns>False if the message makes no sense here.</returns>
    private bool Step(int sender, PeerMessage message) => message.Kind switch
    {
        MessageKind.Prepare => _roles.OnPrepare(sender, (Prepare)message),
        MessageKind.Promise => _roles.OnPromise(sender, (Promise)message),
        MessageKind.PullLog => _roles.OnPullLog(sender, (PullLog)message),
        MessageKind.LogChunk => _roles.OnLogChunk(sender, (LogChunk)message),
        MessageKind.AcceptSync => _roles.OnAcceptSync(sender, (AcceptSync)message),
        MessageKind.Accept => _roles.OnAccept(sender, (Accept)message),
        MessageKind.Accepted => _roles.OnAccepted(sender, (Accepted)message),
        MessageKind.Decide => _roles.OnDecide(sender, (Decide)message),
        MessageKind.Refuse => _roles.OnRefuse(sender, (Refuse)message),
        MessageKind.AskPrepare => _roles.OnAskPrepare(sender, (AskPrepare)message),
        MessageKind.ConfirmRead => _roles.OnConfirmRead(sender, (ConfirmRead)message),
        MessageKind.ReadConfirmed => _roles.OnReadConfirmed(sender, (ReadConfirmed)message),
    };

    private void Begin(Effects effects)
    {
        Invariant.Require(_isStarted);
        _outbox.Begin(effects);
        _durableBefore = (_acceptor.Promised, _acceptor.Accepted, _acceptor.Decided);
        _leadershipBefore = (IsLeader, Leader);
    }

    private void End()
    {
        _roles.Settle();
        _outbox.Effects.LeadershipChanged |= (IsLeader, Leader) != _leadershipBefore;
        CheckInvariants();
        _outbox.End();
    }

    /// <summary>What holds after every step, whatever the input was.</summary>
    private void CheckInvariants()
    {
        Invariant.Require(_acceptor.Promised >= _durableBefore.Promised, $"promised {_acceptor.Promised} after {_durableBefore.Promised}");
        Invariant.Require(_acceptor.Accepted >= _durableBefore.Accepted, $"accepted {_acceptor.Accepted} after {_durableBefore.Accepted}");
        Invariant.Require(_acceptor.Decided >= _durableBefore.Decided, $"decided {_acceptor.Decided} after {_durableBefore.Decided}");
        Invariant.Require(_acceptor.Accepted <= _acceptor.Promised, $"accepted {_acceptor.Accepted}, promised {_acceptor.Promised}");
        Invariant.Require(_acceptor.Decided <= _acceptor.Log.Last, $"decided {_acceptor.Decided} in a log through {_acceptor.Log.Last}");
    }
}
