using System.Collections.Immutable;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>The single steps by which a plan gets smaller, without knowing whether it still fails.</summary>
internal static class PlanReductions
{
    /// <summary>Times are not told apart more finely than this: half a heartbeat.</summary>
    public const long SmallestStepMs = 25;

    private const double ThreeDecimals = 1_000;

    /// <summary>A link that fast is not slow any more.</summary>
    private const double FastKibibytesPerSecond = 1_000_000;

    private static readonly int[] Sizes = [1, 3, 5];

    /// <summary>The same plan on fewer nodes or replicas, smallest first. Faults of nodes that are gone move to others.</summary>
    public static IEnumerable<FaultPlan> SmallerClusters(FaultPlan plan)
    {
        foreach (int nodes in Sizes.Where(nodes => nodes <= plan.Nodes))
        {
            ImmutableArray<PlannedFault> faults = nodes == plan.Nodes ? plan.Faults : [.. plan.Faults.Select(fault => OnFewerNodes(fault, nodes))];
            foreach (int replicas in Sizes.Where(replicas => replicas <= Math.Min(nodes, plan.Replicas)))
            {
                yield return plan with { Nodes = nodes, Replicas = replicas, Faults = faults };
            }
        }
    }

    /// <summary>The same plan with fewer clients; faults of clients that are gone move to others.</summary>
    public static FaultPlan WithClients(FaultPlan plan, int clients) => plan with
    {
        Clients = clients,
        Faults = [.. plan.Faults.Select(fault => fault.Kind == FaultKind.SessionExpiry ? fault with { Variant = fault.Variant % clients } : fault)],
    };

    /// <summary>When the last fault ends: the faults cannot end before it.</summary>
    public static long LastEndMs(FaultPlan plan) => plan.Faults.IsEmpty ? 1 : Math.Max(1, plan.Faults.Max(fault => fault.AtMs + fault.LengthMs));

    /// <summary>Half as bad, or null if that is the same.</summary>
    public static PlannedFault? Milder(PlannedFault fault)
    {
        double rate = FaultTraits.Of(fault.Kind).Rate switch
        {
            RateUnit.None => fault.Rate,
            RateUnit.Share or RateUnit.Milliseconds or RateUnit.Seconds => Rounded(fault.Rate / 2),
            RateUnit.KibibytesPerSecond => Math.Max(fault.Rate, Math.Min(Rounded(fault.Rate * 2), FastKibibytesPerSecond)),
            RateUnit.Factor => Rounded(1 + ((fault.Rate - 1) / 2)),
        };
        return rate == fault.Rate ? null : fault with { Rate = rate };
    }

    private static double Rounded(double rate) => Math.Truncate(rate * ThreeDecimals) / ThreeDecimals;

    private static PlannedFault OnFewerNodes(PlannedFault fault, int nodes) => fault with
    {
        Node = fault.Node < 0 ? -1 : fault.Node % nodes,
        Other = fault.Other < 0 ? -1 : fault.Other % nodes,
        Variant = fault.Kind == FaultKind.FullPartition ? fault.Variant & ((1L << nodes) - 1) : fault.Variant,
    };
}
