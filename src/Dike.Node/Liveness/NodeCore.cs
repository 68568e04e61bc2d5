using Dike.Node.Groups;
using Dike.Paxos;

namespace Dike.Node.Liveness;

/// <summary>
/// Which nodes are there and what time they have: once per node, however many groups they share. Pure and synchronous: links, heartbeats and clocks are inputs.
/// A member is up only while it is heard on its current link within the election timeout, it says that it hears this node, and this node can send to it;
/// so half a connection never counts. It is down at once when either link breaks. Members also say whom they are connected with: a leader that has lost
/// its quorum is known by its own vector, also to those who still hear it. Called by the shard.
/// </summary>
internal sealed class NodeCore
{
    /// <summary>
    /// How many election timeouts a link may carry nothing that its receiver confirms. More than one: a member that is alive but slow, with a hung disk
    /// for instance, gains nothing from new links.
    /// </summary>
    private const int UnconfirmedTimeouts = 4;

    private readonly PeerState[] _peers;
    private readonly PeerView[] _told;
    private readonly ClusterClock _clock;
    private readonly WorkWatch _work;
    private readonly ListExchange _lists;
    private readonly int _self;
    private readonly ulong _boot;
    private readonly long _electionTimeoutMs;
    private ulong _counter;
    private (uint Heard, uint Connected) _announced;

    public NodeCore(int self, int members, ulong boot, long electionTimeoutMs)
    {
        Invariant.Require(self >= 0 && self < members);
        Invariant.Require(members <= 32);
        Invariant.Require(boot >= 1);
        Invariant.Require(electionTimeoutMs >= 1);
        _self = self;
        _boot = boot;
        _electionTimeoutMs = electionTimeoutMs;
        _peers = [.. Enumerable.Range(0, members).Select(_ => new PeerState())];
        _clock = new ClusterClock(electionTimeoutMs, quorum: members / 2 + 1);
        _work = new WorkWatch(electionTimeoutMs);
        _lists = new ListExchange(_peers);
        _announced = (Heard, Connected);
        _told = [.. Enumerable.Range(0, members).Select(ViewOf)];
    }

    /// <summary>This node's place.</summary>
    public int Self => _self;

    /// <summary>Bit i: member i is heard; this node always hears itself.</summary>
    public uint Heard => BitsOf(static peer => peer.IsHeard);

    /// <summary>Bit i: this node and member i hear each other; this node is always connected with itself.</summary>
    public uint Connected => BitsOf(static peer => peer.IsUp);

    /// <summary>Whether this node's wall clock is more than a second off the median of at least three members and a quorum: it must not lead then.</summary>
    public bool IsClockOff => _clock.IsOff;

    public bool IsUp(int member) => member == _self || _peers[member].IsUp;

    /// <summary>Bit i: the member says that it and member i hear each other; 0 while it is down.</summary>
    public uint ConnectedOf(int member) => ViewOf(member).ConnectedBits;

    /// <summary>Whether the member says that it stood still for longer than the election timeout, less than one such time ago; false while it is down.</summary>
    public bool IsStalled(int member) => ViewOf(member).IsStalled;

    public PeerView ViewOf(int member)
    {
        if (member == _self)
        {
            return new PeerView(true, Connected, _work.IsStalled);
        }

        PeerState peer = _peers[member];
        return peer.IsUp ? new PeerView(true, peer.Connected, peer.IsStalled) : default;
    }

    /// <summary>What the member last said about its groups; empty while it is down.</summary>
    public GroupReport ReportOf(int member) => member == _self ? _lists.Groups : _peers[member].IsUp ? _peers[member].Groups : GroupReport.Empty;

    /// <summary>What the member's build can run; null while it is down or has not said so.</summary>
    public BuildReport? BuildOf(int member) => member == _self ? _lists.Build : _peers[member].IsUp ? _peers[member].Build : null;

    /// <summary>The time of the cluster; see <see cref="ClusterClock"/>. For log time: take the greatest that the log has seen.</summary>
    /// <param name="utcTicksNow">The own wall clock.</param>
    /// <param name="monotonicMs">The own monotonic clock.</param>
    public long ClusterTicks(long utcTicksNow, long monotonicMs)
    {
        Span<long> readings = stackalloc long[_peers.Length];
        return _clock.Ticks(utcTicksNow, monotonicMs, Readings(utcTicksNow, monotonicMs, readings));
    }

    /// <summary>The member came back as another incarnation, which counts its boots anew.</summary>
    public void PeerReborn(int member, NodeOutputs outputs)
    {
        Invariant.Require(member != _self);
        GoDown(member, "it came back with another data directory", outputs);
        _peers[member].Boot = 0;
        _peers[member].Counter = 0;
    }

    public void LinkOpened(int member, LinkDirection direction, long link, in Moment now, NodeOutputs outputs)
    {
        Invariant.Require(member != _self);
        PeerState peer = _peers[member];
        // A second link of the same direction replaces the first: whatever the first still carries is lost, and the groups must learn that.
        GoDown(member, "its link was replaced", outputs);
        if (direction == LinkDirection.Outgoing)
        {
            peer.OutgoingLink = link;
            peer.ListsSentAt = 0;
            SendHeartbeat(member, now, isRepeating: false, outputs);
        }
        else
        {
            peer.IncomingLink = link;
            peer.ForgetLists();
            peer.StopHearing();
        }

        Announce(now, outputs);
    }

    public void LinkClosed(int member, LinkDirection direction, long link, string reason, in Moment now, NodeOutputs outputs)
    {
        Invariant.Require(member != _self);
        PeerState peer = _peers[member];
        if (direction == LinkDirection.Outgoing && peer.OutgoingLink == link)
        {
            peer.OutgoingLink = 0;
        }
        else if (direction == LinkDirection.Incoming && peer.IncomingLink == link)
        {
            peer.IncomingLink = 0;
            peer.StopHearing();
        }
        else
        {
            return; // A link that was replaced before: its end says nothing about its successor.
        }

        GoDown(member, reason, outputs);
        Announce(now, outputs);
    }

    /// <summary>Whether frames of this link count: those of a replaced one do not.</summary>
    public bool IsCurrent(int member, long link) => link != 0 && member >= 0 && member < _peers.Length && _peers[member].IncomingLink == link;

    /// <summary>Whether this is the link on which this node sends to the member.</summary>
    public bool IsSendingOn(int member, long link) => link != 0 && _peers[member].OutgoingLink == link;

    public void HeartbeatReceived(int member, long link, Heartbeat heartbeat, in Moment now, NodeOutputs outputs)
    {
        // First of all: a frame without a current link is from nobody this node knows, and its member may be none.
        if (!IsCurrent(member, link))
        {
            return;
        }

        PeerState peer = _peers[member];
        if (heartbeat.Boot < peer.Boot || (heartbeat.Boot == peer.Boot && heartbeat.Counter <= peer.Counter))
        {
            return; // Old or duplicated: counting it would make a silent node look alive.
        }

        if (heartbeat.Boot > peer.Boot && peer.Boot != 0)
        {
            GoDown(member, "it was restarted", outputs);
            peer.StopHearing();
            peer.ForgetLists();
        }

        if (heartbeat.ReceiverBoot != _boot)
        {
            // The word of a member that has not heard this start of this node. It may be one of long ago, repeated to a node that has just started and knows
            // no counters: so it only tells the member's boot, and is answered. What counts is what comes back for this node's own boot.
            (peer.Boot, peer.Counter) = (heartbeat.Boot, heartbeat.Counter);
            SendHeartbeat(member, now, isRepeating: false, outputs);
            Announce(now, outputs);
            return;
        }

        peer.TakeIn(heartbeat, _self, now.MonotonicMs);
        if (ListExchange.TakeIn(peer, heartbeat))
        {
            outputs.Reports.Add(member);
        }

        if (!peer.HearsUs)
        {
            GoDown(member, "it does not hear this node", outputs);
        }
        else if (peer.OutgoingLink != 0 && !peer.IsUp)
        {
            peer.IsUp = true;
            outputs.Changes.Add(new PeerChange(member, true, "it is heard and hears this node"));
        }

        Announce(now, outputs);
    }

    /// <summary>Says what this node leads and has halted; told to the others with the next heartbeat if it changed.</summary>
    public void SetReport(GroupReport report) => _lists.SetGroups(report);

    /// <summary>Says what this node's build can run.</summary>
    public void SetBuild(BuildReport build) => _lists.SetBuild(build);

    /// <summary>
    /// A turn begins. Call it before the turn's other inputs: a clock that stood still with the machine says that a lease is fresh, and only the
    /// comparison with the other clock says that it is not.
    /// </summary>
    public void ObserveClocks(in Moment now, NodeOutputs outputs)
    {
        if (!_clock.HasJumped(now))
        {
            return;
        }

        outputs.ClockJumped = true;
        foreach (PeerState peer in _peers)
        {
            peer.ClockTicks = null; // It was advanced by a clock that may be the wrong one.
        }
    }

    /// <summary>One heartbeat interval has passed.</summary>
    /// <param name="now">The clocks.</param>
    /// <param name="appendedMs">Since when the oldest append waits for its sync, by the monotonic clock; null if none waits.</param>
    /// <param name="outputs">What is to be done.</param>
    public void Tick(in Moment now, long? appendedMs, NodeOutputs outputs)
    {
        ObserveClocks(now, outputs);
        long missedMs = _work.Tick(now.MonotonicMs, appendedMs);
        for (int member = 0; member < _peers.Length; member++)
        {
            WatchIncoming(member, now.MonotonicMs, missedMs, outputs);
            WatchOutgoing(member, now.MonotonicMs, missedMs, outputs);
        }

        Span<long> readings = stackalloc long[_peers.Length];
        _clock.Advance(now, Readings(now.UtcTicks, now.MonotonicMs, readings));
        SendHeartbeats(now, isRepeating: true, outputs);
        NoteViews(outputs);
    }

    private uint BitsOf(Predicate<PeerState> isSet)
    {
        uint bits = 1u << _self;
        for (int member = 0; member < _peers.Length; member++)
        {
            bits |= isSet(_peers[member]) ? 1u << member : 0;
        }

        return bits;
    }

    /// <summary>The own wall clock, and those of members that are up, each advanced by the time since it came.</summary>
    private Span<long> Readings(long utcTicksNow, long monotonicMs, Span<long> readings)
    {
        int count = 0;
        readings[count++] = utcTicksNow;
        foreach (PeerState peer in _peers)
        {
            if (peer is { IsUp: true, ClockTicks: { } ticks })
            {
                readings[count++] = ticks + (monotonicMs - peer.ClockMs) * TimeSpan.TicksPerMillisecond;
            }
        }

        return readings[..count];
    }

    private void WatchIncoming(int member, long nowMs, long missedMs, NodeOutputs outputs)
    {
        PeerState peer = _peers[member];
        // Silence is counted in time in which this node could have heard something: after a pause of its own it would suspect everybody.
        peer.LastHeardMs = Math.Min(nowMs, peer.LastHeardMs + missedMs);
        if (peer.IsHeard && nowMs - peer.LastHeardMs > _electionTimeoutMs)
        {
            peer.StopHearing();
            GoDown(member, "it was silent for the election timeout", outputs);
            Cut(peer, member, nowMs, "the member was silent for the election timeout", outputs);
        }
    }

    /// <summary>
    /// A link whose other end is gone without a word, after a power cut or behind a firewall, still takes what is sent for many minutes. So one on which
    /// the member does not come to hear this node is cut: the dialer then makes a new one.
    /// </summary>
    private void WatchOutgoing(int member, long nowMs, long missedMs, NodeOutputs outputs)
    {
        PeerState peer = _peers[member];
        peer.WatchedSinceMs = Math.Min(nowMs, peer.WatchedSinceMs + missedMs);
        if (peer.WatchedLink != peer.OutgoingLink || peer.HearsUs)
        {
            peer.WatchedLink = peer.OutgoingLink;
            peer.WatchedSinceMs = nowMs;
        }
        else if (nowMs - peer.WatchedSinceMs > UnconfirmedTimeouts * _electionTimeoutMs)
        {
            Cut(peer, member, nowMs, "the member does not hear this node on it", outputs);
        }
    }

    private static void Cut(PeerState peer, int member, long nowMs, string reason, NodeOutputs outputs)
    {
        // The link stays until its end is reported; meanwhile it is not cut again and again.
        peer.WatchedLink = peer.OutgoingLink;
        peer.WatchedSinceMs = nowMs;
        if (peer.OutgoingLink != 0)
        {
            outputs.Cuts.Add(new LinkCut(member, peer.OutgoingLink, reason));
        }
    }

    /// <summary>Whom this node hears and is connected with decides whether the others may count on it, so a change is told at once.</summary>
    private void Announce(in Moment now, NodeOutputs outputs)
    {
        if ((Heard, Connected) != _announced)
        {
            SendHeartbeats(now, isRepeating: false, outputs);
        }

        NoteViews(outputs);
    }

    private void SendHeartbeats(in Moment now, bool isRepeating, NodeOutputs outputs)
    {
        uint heard = Heard;
        uint connected = Connected;
        Invariant.Require((connected & ~heard) == 0, $"connected with {connected}, heard {heard} (bits)");
        for (int member = 0; member < _peers.Length; member++)
        {
            SendHeartbeat(member, now, isRepeating, outputs);
        }

        _announced = (heard, connected);
    }

    /// <param name="member">To whom.</param>
    /// <param name="now">The clocks.</param>
    /// <param name="isRepeating">Whether lists that are under way but not confirmed go again.</param>
    /// <param name="outputs">Takes the heartbeat.</param>
    private void SendHeartbeat(int member, in Moment now, bool isRepeating, NodeOutputs outputs)
    {
        PeerState peer = _peers[member];
        // None while stuck, whatever its occasion: each would make a node with a hung disk look alive.
        if (member == _self || peer.OutgoingLink == 0 || _work.IsStuck)
        {
            return;
        }

        var heartbeat = new Heartbeat
        {
            Boot = _boot,
            Counter = ++_counter,
            ReceiverBoot = peer.Boot,
            Heard = Heard,
            Connected = Connected,
            UtcTicks = now.UtcTicks,
            IsStalled = _work.IsStalled,
            ListsSeen = peer.ListsSeen,
        };
        outputs.Heartbeats.Add((member, _lists.AddTo(peer, heartbeat, isRepeating)));
    }

    private void GoDown(int member, string reason, NodeOutputs outputs)
    {
        PeerState peer = _peers[member];
        if (peer.IsUp)
        {
            peer.IsUp = false;
            outputs.Changes.Add(new PeerChange(member, false, reason));
        }
    }

    private void NoteViews(NodeOutputs outputs)
    {
        for (int member = 0; member < _peers.Length; member++)
        {
            PeerView view = ViewOf(member);
            if ((view.ConnectedBits, view.IsStalled) != (_told[member].ConnectedBits, _told[member].IsStalled) && !outputs.ViewChanges.Contains(member))
            {
                outputs.ViewChanges.Add(member);
            }

            _told[member] = view;
        }
    }
}
