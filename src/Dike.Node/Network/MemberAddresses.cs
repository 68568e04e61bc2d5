namespace Dike.Node.Network;

/// <summary>Where the members listen: learned from who answers at which seed, never stored, since addresses may change between starts. Safe from any thread.</summary>
internal sealed class MemberAddresses
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _seedOf = new(StringComparer.Ordinal);

    /// <summary>The address of a node, or an empty text while unknown.</summary>
    public string Find(string node)
    {
        lock (_gate)
        {
            return _seedOf.GetValueOrDefault(node, "");
        }
    }

    public void Set(string node, string address)
    {
        lock (_gate)
        {
            _seedOf[node] = address;
        }
    }

    /// <summary>Notes that a node answers at a seed. False with the reason if it answers at another one already: two links to one node would replace each other for ever.</summary>
    public bool TryClaim(string node, string seed, out string? reason)
    {
        lock (_gate)
        {
            if (_seedOf.TryGetValue(node, out string? other) && other != seed)
            {
                reason = $"node '{node}' answers there and at {other}; list every node once in Dike:Cluster:Seeds";
                return false;
            }

            _seedOf[node] = seed;
            reason = null;
            return true;
        }
    }
}
