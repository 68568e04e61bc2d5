using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>Which members may follow which: the rules of a change that depend on nothing but the two lists. Used by <see cref="Leader"/> before it proposes a stop-sign.</summary>
internal static class ConfigurationChange
{
    /// <summary>Why <paramref name="next"/> cannot follow <paramref name="present"/>, or null. Both in the order of their ids.</summary>
    public static string? FaultOf(ImmutableArray<Member> present, ImmutableArray<Member> next)
    {
        if (StopSign.FaultOf(next) is { } fault)
        {
            return fault;
        }

        foreach (Member member in next)
        {
            int index = IndexOf(present, member.Id);
            if (index >= 0 && (present[index].Node != member.Node || present[index].Incarnation != member.Incarnation))
            {
                return $"Replica id {member.Id} is bound to node {present[index].Node}, incarnation {present[index].Incarnation:x16}; "
                    + $"node {member.Node}, incarnation {member.Incarnation:x16}, needs a new one.";
            }
        }

        return present.AsSpan().SequenceEqual(next.AsSpan()) ? "These are the present members." : null;
    }

    private static int IndexOf(ImmutableArray<Member> members, ReplicaId id)
    {
        for (int index = 0; index < members.Length; index++)
        {
            if (members[index].Id == id)
            {
                return index;
            }
        }

        return -1;
    }
}
