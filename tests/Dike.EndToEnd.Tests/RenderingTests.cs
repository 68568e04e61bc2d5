using ArithmeticSample;
using Spectre.Console;

namespace Dike.EndToEnd.Tests;

public sealed class RenderingTests
{
    [Fact]
    public void Routes_NoRings_IsATableWithoutRows() =>
        AssertShows(
            """
            ╭──────┬───────────┬─────────┬────────╮
            │ ring │ partition │ members │ leader │
            ╰──────┴───────────┴─────────┴────────╯

            """,
            Rendering.Routes(RoutingTable.Empty));

    [Fact]
    public void Routes_OneRing_ShowsPartitionsMembersAndLeaders() =>
        AssertShows(
            """
            ╭────────────┬───────────┬────────────────┬───────────╮
            │ ring       │ partition │ members        │ leader    │
            ├────────────┼───────────┼────────────────┼───────────┤
            │ Arithmetic │ 0         │ node-1, node-2 │ node-1    │
            │ Arithmetic │ 1         │ [node-2]       │ not known │
            ╰────────────┴───────────┴────────────────┴───────────╯

            """,
            Rendering.Routes(new RoutingTable(
                2,
                [],
                [new RingRoute("Arithmetic", "Arithmetic", [new PartitionRoute(1, ["node-1", "node-2"], "node-1"), new PartitionRoute(2, ["[node-2]"], null)])])));

    [Fact]
    public void Replicas_OneSilent_IsNotCompared() =>
        AssertShows(
            """
            ╭─────────┬──────────────┬──────────────╮
            │ replica │ slot         │ state hash   │
            ├─────────┼──────────────┼──────────────┤
            │ node-1  │ 1,007        │ 0a1b         │
            │ node-2  │ not compared │ not compared │
            ╰─────────┴──────────────┴──────────────╯

            """,
            Rendering.Replicas([new ReplicaCheck("node-1", 1007, "0a1b"), new ReplicaCheck("node-2", null, null)]));

    [Fact]
    public void Closing_AnyLoad_ShowsEveryFigure() =>
        AssertShows(
            """
            ╭───────────────────────┬─────────╮
            │ load                  │  result │
            ├───────────────────────┼─────────┤
            │ operations            │   5,000 │
            │ of these rejected     │      12 │
            │ errors                │       1 │
            │ operations per second │   2,000 │
            │ latency p50           │  1.5 ms │
            │ latency p99           │ 12.3 ms │
            │ replicas compared     │      47 │
            │ replicas not compared │       1 │
            │ differences           │       0 │
            ╰───────────────────────┴─────────╯

            """,
            Rendering.Closing(
                new LoadResult(5000, 12, 1, TimeSpan.FromSeconds(2.5), TimeSpan.FromMilliseconds(1.5), TimeSpan.FromMilliseconds(12.34), "reason"),
                new Agreement(47, 1, 0)));

    private static void AssertShows(string expected, Table table)
    {
        var terminal = new RecordedTerminal();
        terminal.Terminal.Results.Write(table);

        Assert.Equal(expected.ReplaceLineEndings("\n"), terminal.Output);
    }
}
