using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Draws what disks do wrong. Whatever takes synced data away hits only the nodes that the shape allows it for; what is noticed at the next start comes with one.
/// </summary>
internal static class DiskFaults
{
    /// <summary>Between append and sync: there is something to lose.</summary>
    private const int CrashWithUnsyncedWrites = 1;

    private const double ShareOfWipedRestarts = 0.3;

    public static IEnumerable<PlannedFault> DrawSlowDisk(FaultDraw draw) =>
        draw.Several(1, 3, () => draw.Window(1_000, 20_000) with { Node = draw.Node(), Rate = draw.Rate(5, 1_000) });

    public static IEnumerable<PlannedFault> DrawFullDisk(FaultDraw draw) => draw.Several(1, 2, () => draw.Window(500, 10_000) with { Node = draw.Node() });

    public static IEnumerable<PlannedFault> DrawDiskError(FaultDraw draw) =>
        draw.Several(1, 3, () => draw.Window(100, 5_000) with { Node = draw.Node(), Variant = (int)FaultDraw.Magnitude(draw.Random, 1, 200) });

    /// <summary>Damage at rest, each with the crash after which it is found.</summary>
    public static IEnumerable<PlannedFault> DrawDamage(FaultDraw draw)
    {
        foreach (PlannedFault moment in draw.Several(1, 2, draw.Moment))
        {
            int node = draw.DamageableNode();
            long crashAt = Math.Min(moment.AtMs + draw.Count(100, 2_000), draw.Shape.UntilMs);
            yield return moment with { Node = node };
            yield return new PlannedFault(FaultKind.Crash, crashAt, Math.Min(draw.Count(100, 3_000), draw.Shape.UntilMs - crashAt), node);
        }
    }

    /// <summary>
    /// Wipes the disk at a share of the restarts that are planned already, where a node may be wiped at all; once at least, so that the kind is there.
    /// </summary>
    public static void WipeRestarts(List<PlannedFault> faults, FaultDraw draw)
    {
        int wiped = 0;
        for (int index = 0; index < faults.Count; index++)
        {
            PlannedFault fault = faults[index];
            bool isRestart = fault.Kind is FaultKind.Crash or FaultKind.Restart && draw.Shape.Damageable.Contains(fault.Node);
            if (isRestart && draw.Chance(ShareOfWipedRestarts))
            {
                faults[index] = new PlannedFault(FaultKind.WipedDisk, fault.AtMs, fault.LengthMs, fault.Node);
                wiped++;
            }
        }

        if (wiped == 0)
        {
            faults.Add(draw.Window(100, 5_000) with { Node = draw.DamageableNode() });
        }
    }

    /// <summary>Lets a drawn share of the crashes lose or tear writes; these then happen while there are some.</summary>
    public static void SpoilCrashes(FaultKind kind, List<PlannedFault> faults, FaultDraw draw)
    {
        double share = (kind == FaultKind.TornWrite ? 0.8 : 0.5) + (draw.Random.NextDouble() * (kind == FaultKind.TornWrite ? 0.2 : 0.5));
        int crashes = faults.Count;
        for (int index = 0; index < crashes; index++)
        {
            PlannedFault fault = faults[index];
            if (fault.Kind == FaultKind.Crash && draw.Chance(share))
            {
                faults[index] = fault with { Variant = CrashWithUnsyncedWrites };
                faults.Add(new PlannedFault(kind, fault.AtMs, 0, fault.Node));
            }
        }
    }
}
