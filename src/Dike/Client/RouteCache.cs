using System.Collections.Immutable;

namespace Dike.Client;

/// <summary>
/// The newest routing table seen, and which node last answered as leader of each group. The second is newer knowledge than the table, so it goes first;
/// both are guesses that a node may correct. Owned by <see cref="ClientCore"/>.
/// </summary>
internal sealed class RouteCache
{
    private readonly Dictionary<int, string> _leaders = [];
    private Dictionary<string, RingRoute> _rings = new(StringComparer.Ordinal);
    private Dictionary<string, string> _addresses = new(StringComparer.Ordinal);

    public RoutingTable Table { get; private set; } = RoutingTable.Empty;

    /// <summary>Tables received so far, older ones included.</summary>
    public long Received { get; private set; }

    public IEnumerable<string> Addresses => _addresses.Values;

    /// <summary>Takes a table unless it is older than what is known: a node that lags must not undo what another has told.</summary>
    public void Accept(RoutingTable table)
    {
        Received++;
        if (table.Version < Table.Version)
        {
            return;
        }

        Table = table;
        _rings = table.Rings.ToDictionary(ring => ring.Name, StringComparer.Ordinal);
        _addresses = table.Nodes.Where(node => node.Address.Length > 0).ToDictionary(node => node.Name, node => node.Address, StringComparer.Ordinal);
    }

    public RingRoute? Ring(string name) => _rings.GetValueOrDefault(name);

    public string? AddressOf(string node) => _addresses.GetValueOrDefault(node);

    /// <summary>A node leads a group, or is said to. Requests that belong to no group have the number -1.</summary>
    public void LearnLeader(int group, string node)
    {
        if (group >= 0)
        {
            _leaders[group] = node;
        }
    }

    public void ForgetLeader(int group, string node)
    {
        if (_leaders.TryGetValue(group, out string? known) && known == node)
        {
            _leaders.Remove(group);
        }
    }

    /// <summary>Whom to ask, best first: the leader as last heard, the leader of the table, then the members. A name may come twice.</summary>
    public IEnumerable<string> Candidates(PartitionRoute partition)
    {
        if (_leaders.TryGetValue(partition.Group, out string? learned))
        {
            yield return learned;
        }

        if (partition.Leader is not null)
        {
            yield return partition.Leader;
        }

        foreach (string member in partition.Members)
        {
            yield return member;
        }
    }

    /// <summary>Members in an order that starts elsewhere for each <paramref name="turn"/>, so that reads which any replica may answer spread.</summary>
    public static IEnumerable<string> AnyMember(PartitionRoute partition, long turn)
    {
        ImmutableArray<string> members = partition.Members;
        for (int at = 0; at < members.Length; at++)
        {
            yield return members[(int)((turn + at) % members.Length)];
        }
    }
}
