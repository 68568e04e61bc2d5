using Dike.Wire;

namespace Dike.Tests.Wire;

/// <summary>Compares frames by content: records compare arrays and memory by reference.</summary>
internal static class FrameAssert
{
    public static void Same(Frame expected, Frame actual)
    {
        switch (expected, actual)
        {
            case (Call x, Call y):
                Assert.Equal(x with { Arguments = default }, y with { Arguments = default });
                Assert.Equal(x.Arguments.ToArray(), y.Arguments.ToArray());
                break;
            case (CallResult x, CallResult y):
                Assert.Equal(x with { Value = default }, y with { Value = default });
                Assert.Equal(x.Value.ToArray(), y.Value.ToArray());
                break;
            case (ReplicasCompared x, ReplicasCompared y):
                Assert.Equal(x with { Checks = [] }, y with { Checks = [] });
                Assert.Equal(x.Checks, y.Checks);
                break;
            case (Routes x, Routes y):
                Assert.Equal((x.Correlation, x.Table.Version), (y.Correlation, y.Table.Version));
                Assert.Equal(x.Table.Nodes, y.Table.Nodes);
                Assert.Equal(Flat(x.Table), Flat(y.Table));
                break;
            default:
                Assert.Equal(expected, actual);
                break;
        }
    }

    private static IEnumerable<string> Flat(RoutingTable table) =>
        from ring in table.Rings
        from partition in ring.Partitions
        select $"{ring.Name} {ring.Machine} {partition.Group} [{string.Join(' ', partition.Members)}] {partition.Leader ?? "-"}";
}
