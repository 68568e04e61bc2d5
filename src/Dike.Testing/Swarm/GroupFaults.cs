using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>Draws what is done to groups and by clients: changes of members, transfers, snapshots, requests sent twice, sessions that end, builds side by side.</summary>
internal static class GroupFaults
{
    private const int Grow = 0;

    private const int Shrink = 1;

    private const int Replace = 2;

    private const int Swap = 3;

    /// <summary>Changes that are possible one after another, each counted from the size that the one before it leaves.</summary>
    public static IEnumerable<PlannedFault> DrawMembershipChange(FaultDraw draw)
    {
        List<PlannedFault> changes = [];
        int size = draw.Shape.Replicas;
        foreach (PlannedFault moment in draw.Several(1, 4, draw.Moment).OrderBy(moment => moment.AtMs))
        {
            int[] moves = [.. PossibleMoves(size, draw.Shape)];
            if (moves.Length > 0)
            {
                int move = moves[draw.Random.Next(moves.Length)];
                size += move switch { Grow => 2, Shrink => -2, _ => 0 };
                changes.Add(moment with { Variant = move });
            }
        }

        return changes;
    }

    public static IEnumerable<PlannedFault> DrawLeadershipTransfer(FaultDraw draw) =>
        draw.Several(1, 8, () => draw.Moment() with { Node = draw.Chance(0.5) ? -1 : draw.Node() });

    public static IEnumerable<PlannedFault> DrawSnapshot(FaultDraw draw) => draw.Several(1, 6, () => draw.Moment() with { Node = draw.Node() });

    public static IEnumerable<PlannedFault> DrawDuplicateRequest(FaultDraw draw) =>
        [.. draw.WholeRunOrWindows().Select(window => window with { Rate = draw.Rate(0.05, 0.5) })];

    public static IEnumerable<PlannedFault> DrawSessionExpiry(FaultDraw draw) =>
        draw.Several(1, 2, () => draw.Window(5_000, 15_000) with { Variant = draw.Random.Next(draw.Shape.Clients) });

    public static IEnumerable<PlannedFault> DrawMixedVersions(FaultDraw draw) => [draw.Window(2_000, 30_000)];

    private static IEnumerable<int> PossibleMoves(int size, PlanShape shape)
    {
        bool hasOthers = shape.Nodes > size;
        if (hasOthers)
        {
            yield return Grow;
            yield return Replace;
            yield return Swap;
        }

        // A smaller group could consist of damaged nodes alone.
        if (size > 1 && shape.Damageable.IsEmpty)
        {
            yield return Shrink;
        }
    }
}
