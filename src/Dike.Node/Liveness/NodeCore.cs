using System.Numerics;
using Dike.Paxos;

namespace Dike.Node.Liveness;

/// <summary>
/// Which nodes are there: once per node, however many groups they share. Pure and synchronous: links, heartbeats and time are inputs.
/// A member is up only while it is heard on its current link within the election timeout, it says that it hears this node, and this node can send to it;
/// so half a connection never counts. It is down at once when either link breaks. Called by the shard.
/// </summary>
internal sealed class NodeCore
{
    /// <summary>
    /// How many election timeouts a link may carry nothing that its receiver confirms. More than one: a member that is alive but slow, with a hung disk
    /// for instance, gains nothing from new links.
    /// </summary>
    private const int UnconfirmedTimeouts = 4;

    private readonly Peer[] _peers;
    private readonly int _self;
    private readonly ulong _boot;
    private readonly long _electionTimeoutMs;
    private ulong _counter;
    private uint _announced;
    private GroupReport _report = GroupReport.Empty;

    public NodeCore(int self, int members, ulong boot, long electionTimeoutMs)
    {
        Invariant.Require(self >= 0 && self < members);
        Invariant.Require(members <= 32);
        Invariant.Require(boot >= 1);
        Invariant.Require(electionTimeoutMs >= 1);
        _self = self;
        _boot = boot;
        _electionTimeoutMs = electionTimeoutMs;
        _peers = [.. Enumerable.Range(0, members).Select(_ => new Peer())];
        _announced = Heard;
    }

    /// <summary>Bit i: member i is heard; this node always hears itself.</summary>
    public uint Heard
    {
        get
        {
            uint heard = 1u << _self;
            for (int member = 0; member < _peers.Length; member++)
            {
                heard |= _peers[member].IsHeard ? 1u << member : 0;
            }

            return heard;
        }
    }

    public bool IsUp(int member) => member == _self || _peers[member].IsUp;

    /// <summary>What the member last said about its groups; empty while it is down.</summary>
    public GroupReport ReportOf(int member) => member == _self ? _report : _peers[member].IsUp ? _peers[member].Report : GroupReport.Empty;

    public void LinkOpened(int member, LinkDirection direction, long link, NodeOutputs outputs)
    {
        Invariant.Require(member != _self);
        Peer peer = _peers[member];
        // A second link of the same direction replaces the first: whatever the first still carries is lost, and the groups must learn that.
        GoDown(member, "its link was replaced", outputs);
        if (direction == LinkDirection.Outgoing)
        {
            peer.OutgoingLink = link;
            peer.IsReportDue = true;
            SendHeartbeat(member, outputs);
        }
        else
        {
            peer.IncomingLink = link;
            peer.Report = GroupReport.Empty; // The sender repeats its lists on every new link.
            peer.StopHearing();
        }

        AnnounceHeard(outputs);
    }

    public void LinkClosed(int member, LinkDirection direction, long link, string reason, NodeOutputs outputs)
    {
        Invariant.Require(member != _self);
        Peer peer = _peers[member];
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
        AnnounceHeard(outputs);
    }

    /// <summary>Whether frames of this link count: those of a replaced one do not.</summary>
    public bool IsCurrent(int member, long link) => link != 0 && member >= 0 && member < _peers.Length && _peers[member].IncomingLink == link;

    /// <summary>Whether this is the link on which this node sends to the member.</summary>
    public bool IsSendingOn(int member, long link) => link != 0 && _peers[member].OutgoingLink == link;

    public void HeartbeatReceived(int member, long link, Heartbeat heartbeat, long nowMs, NodeOutputs outputs)
    {
        // First of all: a frame without a current link is from nobody this node knows, and its member may be none.
        if (!IsCurrent(member, link))
        {
            return;
        }

        Peer peer = _peers[member];
        if (heartbeat.Boot < peer.Boot || (heartbeat.Boot == peer.Boot && heartbeat.Counter <= peer.Counter))
        {
            return; // Old or duplicated: counting it would make a silent node look alive.
        }

        if (heartbeat.Boot > peer.Boot && peer.Boot != 0)
        {
            GoDown(member, "it was restarted", outputs);
        }

        peer.Boot = heartbeat.Boot;
        peer.Counter = heartbeat.Counter;
        peer.IsHeard = true;
        peer.LastHeardMs = nowMs;
        peer.HearsUs = (heartbeat.Heard & (1u << _self)) != 0;
        if (heartbeat.Groups is { } report && !report.IsSame(peer.Report))
        {
            peer.Report = report;
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

        AnnounceHeard(outputs);
    }

    /// <summary>Says what this node leads and has halted; told to the others with the next heartbeat if it changed.</summary>
    public void SetReport(GroupReport report)
    {
        if (!report.IsSame(_report))
        {
            _report = report;
            foreach (Peer peer in _peers)
            {
                peer.IsReportDue = true;
            }
        }
    }

    /// <summary>One heartbeat interval has passed.</summary>
    /// <param name="nowMs">The monotonic clock.</param>
    /// <param name="isWorking">Whether the journal keeps up: a heartbeat vouches for work, so a node with a hung disk sends none.</param>
    /// <param name="outputs">What is to be done.</param>
    public void Tick(long nowMs, bool isWorking, NodeOutputs outputs)
    {
        for (int member = 0; member < _peers.Length; member++)
        {
            Peer peer = _peers[member];
            if (peer.IsHeard && nowMs - peer.LastHeardMs > _electionTimeoutMs)
            {
                peer.StopHearing();
                GoDown(member, "it was silent for the election timeout", outputs);
                Cut(peer, member, nowMs, "the member was silent for the election timeout", outputs);
            }

            WatchOutgoing(member, nowMs, outputs);
        }

        if (isWorking)
        {
            for (int member = 0; member < _peers.Length; member++)
            {
                SendHeartbeat(member, outputs);
            }
        }
    }

    /// <summary>
    /// A link whose other end is gone without a word, after a power cut or behind a firewall, still takes what is sent for many minutes. So one on which
    /// the member does not come to hear this node is cut: the dialer then makes a new one.
    /// </summary>
    private void WatchOutgoing(int member, long nowMs, NodeOutputs outputs)
    {
        Peer peer = _peers[member];
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

    private static void Cut(Peer peer, int member, long nowMs, string reason, NodeOutputs outputs)
    {
        // The link stays until its end is reported; meanwhile it is not cut again and again.
        peer.WatchedLink = peer.OutgoingLink;
        peer.WatchedSinceMs = nowMs;
        if (peer.OutgoingLink != 0)
        {
            outputs.Cuts.Add(new LinkCut(member, peer.OutgoingLink, reason));
        }
    }

    /// <summary>Whom this node hears decides whether the others may count on it, so a change is told at once.</summary>
    private void AnnounceHeard(NodeOutputs outputs)
    {
        uint heard = Heard;
        if (heard == _announced)
        {
            return;
        }

        for (int member = 0; member < _peers.Length; member++)
        {
            SendHeartbeat(member, outputs);
        }

        _announced = heard;
        Invariant.Require(BitOperations.PopCount(heard) >= 1);
    }

    private void SendHeartbeat(int member, NodeOutputs outputs)
    {
        Peer peer = _peers[member];
        if (member == _self || peer.OutgoingLink == 0)
        {
            return;
        }

        outputs.Heartbeats.Add((member, new Heartbeat(_boot, ++_counter, Heard, peer.IsReportDue ? _report : null)));
        peer.IsReportDue = false;
    }

    private void GoDown(int member, string reason, NodeOutputs outputs)
    {
        Peer peer = _peers[member];
        if (peer.IsUp)
        {
            peer.IsUp = false;
            outputs.Changes.Add(new PeerChange(member, false, reason));
        }
    }

    private sealed class Peer
    {
        public long OutgoingLink { get; set; }

        public long IncomingLink { get; set; }

        public long WatchedLink { get; set; }

        public long WatchedSinceMs { get; set; }

        public ulong Boot { get; set; }

        public ulong Counter { get; set; }

        public long LastHeardMs { get; set; }

        public bool IsHeard { get; set; }

        public bool HearsUs { get; set; }

        public bool IsUp { get; set; }

        public bool IsReportDue { get; set; } = true;

        public GroupReport Report { get; set; } = GroupReport.Empty;

        public void StopHearing()
        {
            IsHeard = false;
            HearsUs = false;
        }
    }
}
