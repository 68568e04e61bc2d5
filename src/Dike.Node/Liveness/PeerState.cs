using Dike.Paxos;

namespace Dike.Node.Liveness;

/// <summary>What <see cref="NodeCore"/> keeps about one member. What it means, and when it changes, is written there.</summary>
internal sealed class PeerState
{
    /// <summary>The link this node sends on, or 0.</summary>
    public long OutgoingLink { get; set; }

    /// <summary>The link the member sends on, or 0.</summary>
    public long IncomingLink { get; set; }

    /// <summary>The outgoing link that the member has not confirmed, and since when.</summary>
    public long WatchedLink { get; set; }

    public long WatchedSinceMs { get; set; }

    /// <summary>The newest heartbeat that counted, over all links: what is not above it is old.</summary>
    public ulong Boot { get; set; }

    public ulong Counter { get; set; }

    public long LastHeardMs { get; set; }

    public bool IsHeard { get; set; }

    public bool HearsUs { get; set; }

    public bool IsUp { get; set; }

    public uint Connected { get; set; }

    public bool IsStalled { get; set; }

    /// <summary>The member's wall clock at <see cref="ClockMs"/>, or null if this node's own clocks jumped since.</summary>
    public long? ClockTicks { get; set; }

    /// <summary>When that came, by this node's monotonic clock.</summary>
    public long ClockMs { get; set; }

    public GroupReport Groups { get; set; } = GroupReport.Empty;

    public BuildReport? Build { get; set; }

    /// <summary>The counter of the member's last heartbeat with lists, for it to know that they arrived.</summary>
    public ulong ListsSeen { get; set; }

    /// <summary>The counter of the first heartbeat that took this node's present lists to the member on this link; 0 if none did.</summary>
    public ulong ListsSentAt { get; set; }

    /// <summary>What the member last confirmed of them.</summary>
    public ulong ListsConfirmed { get; set; }

    /// <summary>Takes what a heartbeat that counts says of its sender; its lists are the business of <see cref="ListExchange"/>.</summary>
    public void TakeIn(Heartbeat heartbeat, int self, long nowMs)
    {
        Invariant.Require(heartbeat.Boot > Boot || heartbeat.Counter > Counter, $"boot {heartbeat.Boot} after {Boot}, counter {heartbeat.Counter} after {Counter}");
        Boot = heartbeat.Boot;
        Counter = heartbeat.Counter;
        IsHeard = true;
        LastHeardMs = nowMs;
        HearsUs = (heartbeat.Heard & (1u << self)) != 0;
        Connected = heartbeat.Connected;
        IsStalled = heartbeat.IsStalled;
        ClockTicks = heartbeat.UtcTicks;
        ClockMs = nowMs;
    }

    public void StopHearing()
    {
        IsHeard = false;
        HearsUs = false;
    }

    /// <summary>The sender repeats its lists on every new link and in every start.</summary>
    public void ForgetLists()
    {
        Groups = GroupReport.Empty;
        Build = null;
        ListsSeen = 0;
    }
}
