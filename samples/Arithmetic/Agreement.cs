using System.Collections.Immutable;
using Dike;

namespace ArithmeticSample;

/// <summary>
/// How far the replicas of one or more groups agree. Compared are replicas of one group that hashed their state at the same slot;
/// a replica that did not answer, or answered for another slot, is not compared, and what is not compared is never equal.
/// </summary>
/// <param name="Compared">The replicas that were compared with at least one other of their group, or that are their group's only one.</param>
/// <param name="NotCompared">The replicas that were not.</param>
/// <param name="Differences">The compared replicas whose state differs from that of their group's first one.</param>
internal sealed record Agreement(int Compared, int NotCompared, int Differences)
{
    public static Agreement None { get; } = new(0, 0, 0);

    /// <summary>Whether every replica was compared and none differs.</summary>
    public bool IsComplete => NotCompared == 0 && Differences == 0;

    /// <summary>Judges the rows of one group.</summary>
    public static Agreement Of(IReadOnlyList<ReplicaCheck> checks)
    {
        ImmutableArray<ReplicaCheck> answered = [.. checks.Where(check => check is { IsCompared: true, Slot: not null })];
        ImmutableArray<ReplicaCheck> compared = answered.IsEmpty ? [] : [.. answered.Where(check => check.Slot == answered.Max(other => other.Slot))];
        if (compared.Length < 2 && checks.Count > 1)
        {
            return new Agreement(0, checks.Count, 0);
        }

        return new Agreement(compared.Length, checks.Count - compared.Length, compared.Count(check => check.StateHash != compared[0].StateHash));
    }

    public static Agreement operator +(Agreement left, Agreement right) =>
        new(left.Compared + right.Compared, left.NotCompared + right.NotCompared, left.Differences + right.Differences);
}
