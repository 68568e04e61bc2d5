using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>Which members of the group are reachable from here, as the shard reports it. For messages to callers; consensus has its own view.</summary>
internal sealed class PeerLiveness(GroupMembers members)
{
    // Who was once reported, member or not any more: what counts is looked up among the present members.
    private readonly HashSet<ReplicaId> _up = [];

    public void Set(ReplicaId peer, bool isUp)
    {
        if (isUp)
        {
            _up.Add(peer);
        }
        else
        {
            _up.Remove(peer);
        }
    }

    /// <summary>Whether a majority of the members is reachable, this replica counted if it is one of them.</summary>
    public bool HasQuorum
    {
        get
        {
            int count = 0;
            foreach (Member member in members.Current)
            {
                count += IsUp(member.Id) ? 1 : 0;
            }

            return 2 * count > members.Current.Length;
        }
    }

    /// <summary>Whether a replica can be reached; this one always, under whatever id it has by now.</summary>
    public bool IsUp(ReplicaId peer) => peer == members.Here.Id || _up.Contains(peer);

    /// <summary>The node of a member, or null.</summary>
    public string? NodeOf(ReplicaId replica) => members.NodeOf(replica);

    /// <summary>Every member and what is known of it, as <c>a (this node), b (reachable), c (not reachable)</c>.</summary>
    public string Describe() => string.Join(", ", members.Current.Select(Describe));

    private string Describe(Member member) =>
        member.Id == members.Here.Id ? $"{member.Node} (this node)" : $"{member.Node} ({(_up.Contains(member.Id) ? "reachable" : "not reachable")})";
}
