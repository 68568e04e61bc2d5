using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>Which members of the group are reachable from here, as the shard reports it. For messages to callers; consensus has its own view.</summary>
internal sealed class PeerLiveness(GroupDescription description)
{
    private readonly HashSet<ReplicaId> _up = [description.Self];

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

    /// <summary>Whether a majority of the members, this one included, is reachable.</summary>
    public bool HasQuorum => 2 * _up.Count > description.Members.Length;

    public bool IsUp(ReplicaId peer) => _up.Contains(peer);

    /// <summary>The node of a member, or null.</summary>
    public string? NodeOf(ReplicaId replica)
    {
        foreach (GroupMember member in description.Members)
        {
            if (member.Replica == replica)
            {
                return member.Node;
            }
        }

        return null;
    }

    /// <summary>Every member and what is known of it, as <c>a (this node), b (reachable), c (not reachable)</c>.</summary>
    public string Describe() => string.Join(", ", description.Members.Select(Describe));

    private string Describe(GroupMember member) =>
        member.Replica == description.Self ? $"{member.Node} (this node)" : $"{member.Node} ({(_up.Contains(member.Replica) ? "reachable" : "not reachable")})";
}
