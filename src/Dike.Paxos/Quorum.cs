namespace Dike.Paxos;

/// <summary>What a quorum is: more than half of the members, for any number of them. Pure counting, so that it can be tested against a dumb twin.</summary>
internal static class Quorum
{
    /// <summary>How many of <paramref name="members"/> are a quorum; two quorums always share a member, also in an even group.</summary>
    public static int Of(int members)
    {
        Invariant.Require(members >= 1, $"{members} members");
        return (members / 2) + 1;
    }

    /// <summary>The last slot that a quorum has reached.</summary>
    /// <param name="reached">The last slot of each member, one element per member.</param>
    public static Slot Reached(ReadOnlySpan<Slot> reached)
    {
        int quorum = Of(reached.Length);
        Slot best = Slot.None;
        foreach (Slot candidate in reached)
        {
            int count = 0;
            foreach (Slot other in reached)
            {
                count += other >= candidate ? 1 : 0;
            }

            if (count >= quorum && candidate > best)
            {
                best = candidate;
            }
        }

        return best;
    }
}

/// <summary>Members that said yes, each counted once however often its message arrives.</summary>
internal sealed class Votes(int members)
{
    private readonly bool[] _given = new bool[members];
    private int _count;

    public int Count => _count;

    public bool HasQuorum => _count >= Quorum.Of(_given.Length);

    public bool Contains(int member) => _given[member];

    public void Add(int member)
    {
        _count += _given[member] ? 0 : 1;
        _given[member] = true;
        Invariant.Require(_count <= _given.Length);
    }

    public void Remove(int member)
    {
        _count -= _given[member] ? 1 : 0;
        _given[member] = false;
        Invariant.Require(_count >= 0);
    }

    public void Clear()
    {
        Array.Clear(_given);
        _count = 0;
    }
}
