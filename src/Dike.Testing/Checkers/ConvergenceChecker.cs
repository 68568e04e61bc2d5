using System.Collections.Immutable;
using System.Globalization;
using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>What a group has to show after the faults ended.</summary>
/// <param name="Group">The group.</param>
/// <param name="Nodes">The nodes that hold its replicas.</param>
/// <param name="HealedAt">From when on a quorum was up and connected and held what bulk transfer had to bring, in virtual microseconds.</param>
internal sealed record HealedGroup(int Group, ImmutableArray<int> Nodes, long HealedAt);

/// <summary>The state of one replica at the end of a run.</summary>
/// <param name="Group">The group.</param>
/// <param name="Node">The node.</param>
/// <param name="Slot">The last slot that it applied.</param>
/// <param name="StateHash">The hash of its state there.</param>
internal sealed record FinalReplica(int Group, int Node, long Slot, string StateHash);

/// <summary>
/// Whether a cluster comes back once the faults end: each group acknowledges a command that was called after healing within four election timeouts (invariant 14
/// of protocol.md section 8), its replicas end at one slot with one state, and no call is left without an end. Called once, when the run is over.
/// </summary>
internal static class ConvergenceChecker
{
    /// <summary>How many election timeouts a healed group has until its next acknowledged command.</summary>
    public const int RecoveryTimeouts = 4;

    /// <summary>What is wrong, or null.</summary>
    /// <param name="groups">Every group of the run.</param>
    /// <param name="replicas">The replicas, as they were at the end.</param>
    /// <param name="operations">All calls; after healing each group must be sent at least one command at once.</param>
    /// <param name="groupOf">The group of a key.</param>
    /// <param name="electionTimeout">The election timeout, in virtual microseconds.</param>
    public static string? Check(
        IReadOnlyList<HealedGroup> groups, IReadOnlyList<FinalReplica> replicas, IReadOnlyList<Operation> operations, Func<string, int> groupOf, long electionTimeout)
    {
        Invariant.Require(electionTimeout > 0, $"{electionTimeout}");
        foreach (HealedGroup group in groups)
        {
            string? failure = CheckRecovery(group, operations, groupOf, RecoveryTimeouts * electionTimeout) ?? CheckReplicas(group, replicas);
            if (failure is not null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"group {group.Group}: {failure}.");
            }
        }

        foreach (FinalReplica replica in replicas)
        {
            if (!groups.Any(group => group.Group == replica.Group && group.Nodes.Contains(replica.Node)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"group {replica.Group}: node {replica.Node} holds a replica and is no member.");
            }
        }

        return operations.Where(operation => operation.End == OperationEnd.Open)
            .Select(operation => $"{OperationText.Of(operation)}: the call never ended.").FirstOrDefault();
    }

    private static string? CheckRecovery(HealedGroup group, IReadOnlyList<Operation> operations, Func<string, int> groupOf, long limit)
    {
        bool isAsked = false;
        long first = long.MaxValue;
        foreach (Operation operation in operations)
        {
            if (operation.Kind == OperationKind.Command && operation.CalledAt >= group.HealedAt && groupOf(operation.Key) == group.Group)
            {
                isAsked = true;
                first = HistoryForm.IsAcknowledged(operation) ? Math.Min(first, operation.ReturnedAt) : first;
            }
        }

        if (!isAsked)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no command was called after it healed at {group.HealedAt} µs, so nothing shows that it recovered");
        }

        if (first == long.MaxValue)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no command that was called after it healed at {group.HealedAt} µs was acknowledged");
        }

        return first - group.HealedAt <= limit
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"recovered {first - group.HealedAt} µs after it healed, at most {limit} µs are allowed");
    }

    private static string? CheckReplicas(HealedGroup group, IReadOnlyList<FinalReplica> replicas)
    {
        FinalReplica? first = null;
        foreach (int node in group.Nodes)
        {
            FinalReplica[] here = [.. replicas.Where(replica => replica.Group == group.Group && replica.Node == node)];
            if (here.Length != 1)
            {
                return string.Create(CultureInfo.InvariantCulture, $"node {node} ends with {here.Length} replicas");
            }

            first ??= here[0];
            if (here[0].Slot != first.Slot)
            {
                return string.Create(CultureInfo.InvariantCulture, $"node {first.Node} ends at slot {first.Slot}, node {node} at slot {here[0].Slot}");
            }

            if (here[0].StateHash != first.StateHash)
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"at slot {first.Slot} node {first.Node} has state {first.StateHash}, node {node} has {here[0].StateHash}");
            }
        }

        return first is null ? "it has no members" : first.StateHash.Length == 0 ? "its replicas report no state hash" : null;
    }
}
