namespace Dike.Paxos;

/// <summary>
/// What this replica's node sees of the nodes of other replicas, members or not, in the order of their ids. A configuration comes and goes; what is known of the links stays.
/// Reported by the caller of the core; no safety rule rests on it. Owned by <see cref="Place"/>.
/// </summary>
internal sealed class Links
{
    private readonly List<ReplicaId> _up = [];
    private readonly List<ReplicaId> _reachingQuorum = [];

    /// <summary>How many nodes are there.</summary>
    public int Count => _up.Count;

    public ReplicaId this[int index] => _up[index];

    public bool IsUp(ReplicaId peer) => _up.BinarySearch(peer) >= 0;

    public void Set(ReplicaId peer, bool isUp, bool reachesQuorum)
    {
        Invariant.Require(peer != ReplicaId.None);
        Put(_up, peer, isUp);
        Put(_reachingQuorum, peer, reachesQuorum);
    }

    /// <summary>Tells the members of a configuration that is entered what is known of their links.</summary>
    public void Report(Membership members)
    {
        for (int index = 0; index < members.Count; index++)
        {
            if (index != members.Self)
            {
                members.SetUp(index, IsUp(members[index].Id));
                members.SetReachesQuorum(index, _reachingQuorum.BinarySearch(members[index].Id) >= 0);
            }
        }
    }

    private static void Put(List<ReplicaId> peers, ReplicaId peer, bool isIn)
    {
        int index = peers.BinarySearch(peer);
        if (isIn && index < 0)
        {
            peers.Insert(~index, peer);
        }
        else if (!isIn && index >= 0)
        {
            peers.RemoveAt(index);
        }
    }
}
