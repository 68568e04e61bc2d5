using Dike.Paxos;

namespace Dike.Node.Liveness;

/// <summary>
/// The lists that ride on heartbeats: what a node leads and has halted, and what its build can run. They go to a member when they changed or the link is new,
/// and again until the member says that it has them; a heartbeat that got lost must not hide a halted group for good. Owned by <see cref="NodeCore"/>.
/// </summary>
internal sealed class ListExchange(PeerState[] peers)
{
    /// <summary>What this node leads and has halted.</summary>
    public GroupReport Groups { get; private set; } = GroupReport.Empty;

    /// <summary>What this node's build can run; null until it was said.</summary>
    public BuildReport? Build { get; private set; }

    public void SetGroups(GroupReport groups)
    {
        if (!groups.IsSame(Groups))
        {
            Groups = groups;
            SendAnew();
        }
    }

    public void SetBuild(BuildReport build)
    {
        if (!build.IsSame(Build))
        {
            Build = build;
            SendAnew();
        }
    }

    /// <summary>Adds the lists to a heartbeat for a member if they are due.</summary>
    /// <param name="peer">The member.</param>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <param name="isRepeating">Whether lists that are under way but not confirmed go again.</param>
    public Heartbeat AddTo(PeerState peer, Heartbeat heartbeat, bool isRepeating)
    {
        bool isFirst = peer.ListsSentAt == 0;
        Invariant.Require(heartbeat.Counter > peer.ListsSentAt, $"counter {heartbeat.Counter}, lists sent at {peer.ListsSentAt}");
        if (isFirst)
        {
            peer.ListsSentAt = heartbeat.Counter;
        }

        return isFirst || (isRepeating && peer.ListsConfirmed < peer.ListsSentAt) ? heartbeat with { Groups = Groups, Build = Build } : heartbeat;
    }

    /// <summary>Takes what a heartbeat that counts brought. True if a list is new.</summary>
    public static bool TakeIn(PeerState peer, Heartbeat heartbeat)
    {
        peer.ListsConfirmed = heartbeat.ListsSeen;
        bool isNew = false;
        if (heartbeat.Groups is { } groups)
        {
            isNew = !groups.IsSame(peer.Groups);
            (peer.Groups, peer.ListsSeen) = (groups, heartbeat.Counter);
        }

        if (heartbeat.Build is { } build)
        {
            isNew |= !build.IsSame(peer.Build);
            (peer.Build, peer.ListsSeen) = (build, heartbeat.Counter);
        }

        return isNew;
    }

    private void SendAnew()
    {
        foreach (PeerState peer in peers)
        {
            peer.ListsSentAt = 0;
        }
    }
}
