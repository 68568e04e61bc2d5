using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// The members of the configuration and which of their nodes are there. Members are addressed by index, in the order of their ids, the same at every
/// replica. Links are reported by the caller of the core; they steer who is asked and when, and no safety rule rests on them.
/// </summary>
internal sealed class Membership
{
    private readonly Member[] _members;
    private readonly bool[] _isUp;
    private readonly bool[] _reachesQuorum;
    private int _connected = 1;

    /// <exception cref="ArgumentException">There is no member, one has no id, two share one, or <paramref name="self"/> is none of them.</exception>
    public Membership(ReplicaId self, ImmutableArray<Member> members)
    {
        if (members.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A group needs at least one member.", nameof(members));
        }

        _members = [.. members.OrderBy(member => member.Id)];
        for (int index = 0; index < _members.Length; index++)
        {
            if (_members[index].Id == ReplicaId.None || (index > 0 && _members[index].Id == _members[index - 1].Id))
            {
                throw new ArgumentException($"Replica id {_members[index].Id} is not a unique id from 1; give each member its own.", nameof(members));
            }
        }

        Self = IndexOf(self);
        if (Self < 0)
        {
            throw new ArgumentException($"Replica {self} is not among the members.", nameof(self));
        }

        _isUp = new bool[_members.Length];
        _isUp[Self] = true;
        _reachesQuorum = new bool[_members.Length];
    }

    public int Self { get; }

    public int Count => _members.Length;

    /// <summary>Whether this replica and the peers that are there are a quorum.</summary>
    public bool IsQuorumConnected => _connected >= Quorum.Of(Count);

    public Member this[int index] => _members[index];

    /// <summary>The index of <paramref name="id"/>, or -1.</summary>
    public int IndexOf(ReplicaId id)
    {
        for (int index = 0; index < _members.Length; index++)
        {
            if (_members[index].Id == id)
            {
                return index;
            }
        }

        return -1;
    }

    public bool IsUp(int index) => _isUp[index];

    /// <summary>Whether a peer is there and says of itself that it reaches a quorum.</summary>
    public bool ReachesQuorum(int index) => _isUp[index] && _reachesQuorum[index];

    /// <returns>Whether that is news.</returns>
    public bool SetReachesQuorum(int index, bool reachesQuorum)
    {
        Invariant.Require(index != Self, $"replica {_members[index].Id} is this one");
        bool isNews = _reachesQuorum[index] != reachesQuorum;
        _reachesQuorum[index] = reachesQuorum;
        return isNews;
    }

    /// <returns>Whether that is news.</returns>
    public bool SetUp(int index, bool isUp)
    {
        Invariant.Require(index != Self, $"replica {_members[index].Id} is this one");
        if (_isUp[index] == isUp)
        {
            return false;
        }

        _isUp[index] = isUp;
        _connected += isUp ? 1 : -1;
        Invariant.Require(_connected >= 1 && _connected <= Count, $"{_connected} of {Count}");
        return true;
    }
}
