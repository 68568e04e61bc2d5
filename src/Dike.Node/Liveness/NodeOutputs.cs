namespace Dike.Node.Liveness;

/// <summary>What <see cref="NodeCore"/> wants done after an input. The shard owns it, carries it out in this order and clears it.</summary>
internal sealed class NodeOutputs
{
    /// <summary>Whether this node's clocks parted or its process stood still since the last tick: what rests on time passed, leases above all, is void.</summary>
    public bool ClockJumped { get; set; }

    /// <summary>Members that came or went. A link that broke and came back shows as gone, then back.</summary>
    public List<PeerChange> Changes { get; } = [];

    /// <summary>Members (this node may be one) of which <see cref="NodeCore.ConnectedOf"/> or <see cref="NodeCore.IsStalled"/> changed; each once.</summary>
    public List<int> ViewChanges { get; } = [];

    /// <summary>Members whose report of groups or of their build is new.</summary>
    public List<int> Reports { get; } = [];

    /// <summary>Heartbeats to send.</summary>
    public List<(int Member, Heartbeat Heartbeat)> Heartbeats { get; } = [];

    /// <summary>Links of this node that nothing comes of: to be cut, so that they are made anew.</summary>
    public List<LinkCut> Cuts { get; } = [];

    public void Clear()
    {
        ClockJumped = false;
        Changes.Clear();
        ViewChanges.Clear();
        Reports.Clear();
        Heartbeats.Clear();
        Cuts.Clear();
    }
}

/// <summary>A member came or went.</summary>
/// <param name="Member">Its place in the membership.</param>
/// <param name="IsUp">Whether frames come and go.</param>
/// <param name="Reason">Why, for the log.</param>
internal readonly record struct PeerChange(int Member, bool IsUp, string Reason);

/// <summary>An outgoing link is to be cut.</summary>
/// <param name="Member">Who is at its other end.</param>
/// <param name="Link">The link.</param>
/// <param name="Reason">Why, for the log.</param>
internal readonly record struct LinkCut(int Member, long Link, string Reason);

/// <summary>Which of the two connections between two nodes: each node sends on the one it made.</summary>
internal enum LinkDirection : byte
{
    /// <summary>This node made it and sends on it.</summary>
    Outgoing = 1,

    /// <summary>The other node made it and sends on it.</summary>
    Incoming = 2,
}
