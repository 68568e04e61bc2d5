using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>Draws what links do wrong: single frames over long windows, whole links and whole cuts over shorter ones.</summary>
internal static class NetworkFaults
{
    // Of the six graphs, those that differ from each other with three nodes: random, chained.
    private static readonly int[] GraphsOfThree = [0, 3];

    private const int Graphs = 6;

    /// <summary>The faults of a kind that takes single frames.</summary>
    public static IEnumerable<PlannedFault> DrawFrames(FaultKind kind, FaultDraw draw) =>
        [.. draw.WholeRunOrWindows().Select(window => OnLink(window, draw.AnyLink()) with { Rate = FrameRate(kind, draw) })];

    public static IEnumerable<PlannedFault> DrawOneWayPartition(FaultDraw draw) =>
        draw.Several(1, 6, () => OnLink(draw.Window(500, 20_000), draw.Link()));

    public static IEnumerable<PlannedFault> DrawPartialPartition(FaultDraw draw) =>
        draw.Several(1, 4, () => draw.Window(2_000, 20_000) with
        {
            Variant = draw.Shape.Nodes == 3 ? GraphsOfThree[draw.Random.Next(GraphsOfThree.Length)] : draw.Random.Next(Graphs),
        });

    public static IEnumerable<PlannedFault> DrawFullPartition(FaultDraw draw) =>
        draw.Several(1, 4, () => draw.Window(1_000, 20_000) with { Variant = 1 + draw.Random.Next((1 << draw.Shape.Nodes) - 2) });

    public static IEnumerable<PlannedFault> DrawSlowLink(FaultDraw draw) =>
        draw.Several(1, 3, () => OnLink(draw.Window(5_000, 30_000), draw.Link()) with { Rate = draw.Rate(4, 256) });

    public static IEnumerable<PlannedFault> DrawCloggedLink(FaultDraw draw) =>
        draw.Several(2, 10, () => OnLink(draw.Window(100, 5_000), draw.Link()));

    private static double FrameRate(FaultKind kind, FaultDraw draw) => kind switch
    {
        FaultKind.Delay => draw.Rate(1, 300),
        FaultKind.Loss => draw.Rate(0.005, 0.3),
        _ => draw.Rate(0.01, 0.5),
    };

    private static PlannedFault OnLink(PlannedFault fault, (int From, int To) link) => fault with { Node = link.From, Other = link.To };
}
