using Dike.Testing.Simulation;
using static System.FormattableString;

namespace Dike.Testing.Swarm;

/// <summary>
/// What a plan must keep to make sense at all: sizes that exist, targets that are in the cluster, rates of their unit, faults in order. Drawn plans, plans typed
/// by hand and every candidate of the shrinker pass here, so that the simulation never has to guess.
/// </summary>
internal static class PlanRules
{
    public const int MaxGroups = 64;

    public const int MaxClients = 64;

    public const int MaxCommands = 1_000_000;

    /// <summary>A virtual day.</summary>
    public const long MaxUntilMs = 86_400_000;

    private const double MaxRate = 1e9;

    /// <summary>Whether a cluster or a group may have this size.</summary>
    public static bool IsSize(int size) => size is 1 or 3 or 5;

    /// <summary>What is wrong with a plan and what would be right, or null.</summary>
    public static string? Refuse(FaultPlan plan)
    {
        string? refusal = RefuseShape(plan);
        long before = long.MinValue;
        for (int index = 0; refusal is null && index < plan.Faults.Length; index++)
        {
            PlannedFault fault = plan.Faults[index];
            string? reason = fault.AtMs < before ? "begins before the one before it: order faults by their beginning" : Refuse(fault, plan);
            refusal = reason is null ? null : Invariant($"fault {index + 1}, '{PlanText.Write(fault)}': {reason}.");
            before = fault.AtMs;
        }

        return refusal;
    }

    private static string? RefuseShape(FaultPlan plan) => plan switch
    {
        _ when !IsSize(plan.Nodes) => Invariant($"nodes={plan.Nodes}: expected 1, 3 or 5."),
        _ when !IsSize(plan.Replicas) || plan.Replicas > plan.Nodes => Invariant($"replicas={plan.Replicas}: expected 1, 3 or 5, and at most the {plan.Nodes} nodes."),
        _ when plan.Groups is < 1 or > MaxGroups => Invariant($"groups={plan.Groups}: expected 1 to {MaxGroups}."),
        _ when plan.Clients is < 1 or > MaxClients => Invariant($"clients={plan.Clients}: expected 1 to {MaxClients}."),
        _ when plan.Commands is < 1 or > MaxCommands => Invariant($"commands={plan.Commands}: expected 1 to {MaxCommands}."),
        _ when plan.SnapshotEverySlots is < 1 or > MaxCommands => Invariant($"snapshot={plan.SnapshotEverySlots}: expected 1 to {MaxCommands} slots."),
        _ when plan.FaultsUntilMs is < 1 or > MaxUntilMs => Invariant($"until={plan.FaultsUntilMs}: expected 1 to {MaxUntilMs} milliseconds."),
        _ => null,
    };

    private static string? Refuse(PlannedFault fault, FaultPlan plan)
    {
        if (fault.AtMs < 0 || fault.LengthMs < 0 || fault.AtMs > plan.FaultsUntilMs || fault.LengthMs > plan.FaultsUntilMs - fault.AtMs)
        {
            return Invariant($"expected a beginning of 0 or more and an end at or before until={plan.FaultsUntilMs}");
        }

        if (!Enum.IsDefined(fault.Kind))
        {
            return "there is no such kind of fault";
        }

        FaultTraits traits = FaultTraits.Of(fault.Kind);
        return fault.LengthMs > 0 && !traits.HasLength
            ? "this kind happens at one instant: leave the length out"
            : RefuseTarget(fault, traits.Target, plan.Nodes) ?? RefuseRate(fault.Rate, traits.Rate) ?? RefuseVariant(fault, traits, plan);
    }

    private static string? RefuseTarget(PlannedFault fault, FaultTarget target, int nodes)
    {
        if (fault.Node < -1 || fault.Node >= nodes || fault.Other < -1 || fault.Other >= nodes)
        {
            return Invariant($"there is no such node: expected 0 to {nodes - 1}");
        }

        bool isLink = fault.Node >= 0 && fault.Other >= 0 && fault.Node != fault.Other;
        bool isAll = fault.Node == -1 && fault.Other == -1;
        return target switch
        {
            FaultTarget.Cluster => isAll ? null : "this kind has no node: leave n and o out",
            FaultTarget.Node => fault is { Node: >= 0, Other: -1 } ? null : "this kind hits one node: give n, leave o out",
            FaultTarget.AnyNode => fault.Other == -1 ? null : "this kind hits one node or any: leave o out",
            FaultTarget.Link => isLink ? null : "this kind hits one link: give two different nodes n and o",
            FaultTarget.AnyLink => isLink || isAll ? null : "this kind hits one link or all: give two different nodes n and o, or neither",
        };
    }

    private static string? RefuseRate(double rate, RateUnit unit)
    {
        string? expected = unit switch
        {
            RateUnit.None => rate == 0 ? null : "no rate",
            RateUnit.Share => rate is >= 0 and <= 1 ? null : "a rate from 0 to 1",
            RateUnit.Milliseconds => rate is >= 0 and <= MaxRate ? null : "a rate of 0 or more milliseconds",
            RateUnit.KibibytesPerSecond => rate is > 0 and <= MaxRate ? null : "a rate of more than 0 KiB per second",
            RateUnit.Seconds => Math.Abs(rate) <= MaxRate ? null : "a rate in seconds, forwards or backwards",
            RateUnit.Factor => rate is > 0 and <= 100 ? null : "a rate of more than 0 and at most 100 times",
        };
        return expected is null ? null : $"expected {expected}";
    }

    private static string? RefuseVariant(PlannedFault fault, FaultTraits traits, FaultPlan plan)
    {
        if (traits.Variants > 0)
        {
            return fault.Variant >= 0 && fault.Variant < traits.Variants ? null : Invariant($"expected a variant from 0 to {traits.Variants - 1}");
        }

        // Of kinds whose variant counts something else, each has its own range; of the rest it says nothing and is 0.
        return fault.Kind switch
        {
            FaultKind.FullPartition => fault.Variant > 0 && fault.Variant < (1L << plan.Nodes) - 1
                ? null
                : Invariant($"expected as variant the bit set of one side, neither none nor all of {plan.Nodes} nodes"),
            FaultKind.DiskError => fault.Variant is >= 1 and <= int.MaxValue ? null : "expected as variant the number of the disk call that fails, from 1",
            FaultKind.SessionExpiry => fault.Variant >= 0 && fault.Variant < plan.Clients ? null : Invariant($"expected as variant a client from 0 to {plan.Clients - 1}"),
            _ => fault.Variant == 0 ? null : "this kind has no variants: leave v out",
        };
    }
}
