using System.Collections.Immutable;
using Dike.Node.Identity;
using Dike.Paxos;

namespace Dike.Node.Founding;

/// <summary>What an empty node does next.</summary>
internal abstract record FoundingDecision
{
    /// <summary>Not yet; ask again.</summary>
    public sealed record Wait(string Reason) : FoundingDecision;

    /// <summary>The cluster exists and names this incarnation: belong to it.</summary>
    public sealed record Adopt(ClusterMembership Membership) : FoundingDecision;

    /// <summary>The cluster exists and knows this node's name with another incarnation, whose directory is lost: belong to it as a new one, which votes on nothing yet.</summary>
    public sealed record Rejoin(ClusterMembership Membership) : FoundingDecision;

    /// <summary>This node founds the cluster with these members; the id is still to be drawn.</summary>
    public sealed record Found(ImmutableArray<FoundingMember> Members) : FoundingDecision;

    /// <summary>This node must not go on: an operator has to decide.</summary>
    public sealed record Refuse(string Reason) : FoundingDecision;
}

/// <summary>
/// The rule by which empty nodes become a cluster. Pure. Silence is never emptiness: a cluster is founded only if every configured seed answers, all are
/// empty, and all were given the same seeds. A node whose name an existing membership knows with another incarnation has lost its directory: it belongs to the
/// cluster as a new incarnation, and votes only where a group's log has admitted it anew.
/// </summary>
internal static class FoundingRule
{
    /// <param name="self">This node.</param>
    /// <param name="clusterName">The configured name of the cluster.</param>
    /// <param name="seeds">The configured seeds, in ordinal order.</param>
    /// <param name="answers">The answers of this round, by seed; a seed that did not answer is absent.</param>
    public static FoundingDecision Decide(
        NodeIdentity self, string clusterName, ImmutableArray<string> seeds, IReadOnlyDictionary<string, FoundingAnswer> answers)
    {
        foreach (string seed in seeds)
        {
            if (answers.TryGetValue(seed, out FoundingAnswer? answer) && answer.Membership is { } membership)
            {
                return DecideOnMembership(self, clusterName, seed, membership);
            }
        }

        string[] silent = [.. seeds.Where(seed => !answers.ContainsKey(seed))];
        return silent.Length == 0
            ? DecideOnEmptySeeds(self, clusterName, seeds, [.. seeds.Select(seed => answers[seed])])
            : new FoundingDecision.Wait($"waiting for {string.Join(", ", silent)}: a cluster is founded only when all seeds are there");
    }

    private static FoundingDecision DecideOnMembership(NodeIdentity self, string clusterName, string seed, ClusterMembership membership)
    {
        if (membership.ClusterName != clusterName)
        {
            return new FoundingDecision.Refuse(
                $"Seed {seed} belongs to cluster '{membership.ClusterName}', this node is configured for '{clusterName}' (Dike:Cluster:Name). Correct the name or the seeds.");
        }

        if (membership.IndexOf(self.Name, self.Incarnation) >= 0)
        {
            return new FoundingDecision.Adopt(membership);
        }

        return membership.IndexOf(self.Name) >= 0
            ? new FoundingDecision.Rejoin(membership)
            : new FoundingDecision.Refuse(
                $"Node '{self.Name}' is no member of {membership}, seen at seed {seed}. Correct Dike:Node:Name or Dike:Cluster:Seeds; joining a running cluster under a new name comes with a later release.");
    }

    private static FoundingDecision DecideOnEmptySeeds(
        NodeIdentity self, string clusterName, ImmutableArray<string> seeds, ImmutableArray<FoundingAnswer> answers)
    {
        for (int index = 0; index < seeds.Length; index++)
        {
            FoundingAnswer answer = answers[index];
            if (answer.ClusterName != clusterName)
            {
                return new FoundingDecision.Wait(
                    $"seed {seeds[index]} ('{answer.Node}') is configured for cluster '{answer.ClusterName}', this node for '{clusterName}'; correct Dike:Cluster:Name");
            }

            if (!answer.Seeds.AsSpan().SequenceEqual(seeds.AsSpan()))
            {
                return new FoundingDecision.Wait(
                    $"seed {seeds[index]} ('{answer.Node}') was given the seeds {string.Join(", ", answer.Seeds)}, this node {string.Join(", ", seeds)}; give all nodes the same list");
            }
        }

        if (answers.FirstOrDefault(answer => answer.Node == self.Name && answer.Incarnation == self.Incarnation) is null)
        {
            return new FoundingDecision.Refuse(
                $"Node '{self.Name}' is not reached at any of its own seeds ({string.Join(", ", seeds)}). Add the address where the others reach it to Dike:Cluster:Seeds.");
        }

        if (answers.Select(answer => answer.Node).Distinct(StringComparer.Ordinal).Count() != answers.Length)
        {
            return new FoundingDecision.Refuse(
                $"Two seeds have the same node name ({string.Join(", ", answers.Select(answer => answer.Node))}). Give every node its own Dike:Node:Name and list every node once.");
        }

        FoundingAnswer[] ordered = [.. answers.OrderBy(answer => answer.Node, StringComparer.Ordinal)];
        return ordered[0].Node == self.Name
            ? new FoundingDecision.Found([.. ordered.Select((answer, index) => new FoundingMember(answer.Node, answer.Incarnation, new ReplicaId((uint)index + 1)))])
            : new FoundingDecision.Wait($"waiting for '{ordered[0].Node}' to found the cluster");
    }
}
