using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>Draws what happens to whole nodes: crashes (few long ones or many short ones), planned restarts, pauses, and clocks that are wrong.</summary>
internal static class NodeFaults
{
    private const int CrashPoints = 4;

    private const double SecondsOfTenYears = 315_360_000;

    public static IEnumerable<PlannedFault> DrawCrash(FaultDraw draw) =>
        draw.Chance(0.5)
            ? draw.Several(1, 3, () => Crash(draw, 2_000, 20_000))
            : draw.Several(4, 12, () => Crash(draw, 50, 1_000));

    public static IEnumerable<PlannedFault> DrawCrashAll(FaultDraw draw) => draw.Several(1, 2, () => draw.Window(100, 5_000));

    public static IEnumerable<PlannedFault> DrawRestart(FaultDraw draw) => draw.Several(1, 5, () => OnNode(draw, draw.Window(100, 5_000)));

    public static IEnumerable<PlannedFault> DrawPause(FaultDraw draw) => draw.Several(1, 6, () => OnNode(draw, draw.Window(100, 30_000)));

    public static IEnumerable<PlannedFault> DrawClockJump(FaultDraw draw) =>
        draw.Several(1, 5, () =>
        {
            double seconds = draw.Chance(0.1) ? SecondsOfTenYears : draw.Rate(0.05, 3_600);
            return OnNode(draw, draw.Moment()) with { Rate = draw.Chance(0.5) ? seconds : -seconds };
        });

    // Leases allow for 10 % between two clocks: one 4 % fast beside one 4 % slow stays within.
    public static IEnumerable<PlannedFault> DrawClockDrift(FaultDraw draw) =>
        [.. draw.WholeRunOrWindows().Select(window => OnNode(draw, window) with { Rate = draw.EvenRate(0.96, 1.04) })];

    public static IEnumerable<PlannedFault> DrawClockDriftBeyondBound(FaultDraw draw) =>
        draw.Several(1, 2, () => OnNode(draw, draw.Window(2_000, 30_000)) with { Rate = draw.Chance(0.5) ? draw.EvenRate(0.5, 0.85) : draw.EvenRate(1.2, 2) });

    private static PlannedFault Crash(FaultDraw draw, double minMs, double maxMs) =>
        OnNode(draw, draw.Window(minMs, maxMs)) with { Variant = draw.Random.Next(CrashPoints) };

    private static PlannedFault OnNode(FaultDraw draw, PlannedFault fault) => fault with { Node = draw.Node() };
}
