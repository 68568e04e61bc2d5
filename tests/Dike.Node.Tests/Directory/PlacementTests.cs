using CsCheck;
using Dike.Node.Directory;

namespace Dike.Node.Tests.Directory;

/// <summary>Where groups are placed: balanced, distinct, the same everywhere.</summary>
public sealed class PlacementTests
{
    private static readonly List<string> Names = ["a", "b", "c", "d", "e"];

    private static readonly Gen<(int Nodes, (int Replicas, int Partitions)[] Rings)> Clusters =
        from nodes in Gen.Int[0, 2]
        from rings in Gen.Select(Gen.Int[0, nodes], Gen.Int[1, 40]).Array[1, 4]
        select (1 + 2 * nodes, rings.Select(ring => (1 + 2 * ring.Item1, ring.Item2)).ToArray());

    [Fact]
    public void Place_RingsOfOneReplicaCount_ReplicasAndPreferredLeadersDifferByAtMostOne() => Clusters.Sample(cluster =>
    {
        (int load, int leads) = SpreadOf(cluster.Nodes, [.. cluster.Rings.Select(ring => (cluster.Rings[0].Replicas, ring.Partitions))]);

        Assert.InRange(load, 0, 1);
        Assert.InRange(leads, 0, 1);
    });

    [Fact]
    public void Place_RingsOfSeveralReplicaCounts_PreferredLeadersDifferByAtMostOne() => Clusters.Sample(cluster =>
    {
        (int load, int leads) = SpreadOf(cluster.Nodes, cluster.Rings);

        Assert.InRange(load, 0, 2);
        Assert.InRange(leads, 0, 1);
    });

    [Fact]
    public void Place_SameInput_SamePlacement()
    {
        List<DirectoryRing> first = PlaceAll(5, [(3, 16), (1, 7)]);
        List<DirectoryRing> second = PlaceAll(5, [(3, 16), (1, 7)]);

        Assert.Equal(
            first.SelectMany(ring => ring.Groups).Select(group => string.Join(",", group.Members)),
            second.SelectMany(ring => ring.Groups).Select(group => string.Join(",", group.Members)));
    }

    private static (int Load, int Leads) SpreadOf(int nodes, (int Replicas, int Partitions)[] wanted)
    {
        int[] load = new int[nodes];
        int[] leads = new int[nodes];
        foreach (DirectoryRing ring in PlaceAll(nodes, wanted))
        {
            foreach (DirectoryGroup group in ring.Groups)
            {
                Assert.Equal(ring.Replicas, group.Members.Distinct().Count());
                Assert.Equal(group.Members.Select(member => (ulong)Names.IndexOf(member) + 1), group.Incarnations);
                group.Members.ForEach(member => load[Names.IndexOf(member)]++);
                leads[Names.IndexOf(group.Members[0])]++;
            }
        }

        return (load.Max() - load.Min(), leads.Max() - leads.Min());
    }

    private static List<DirectoryRing> PlaceAll(int nodes, (int Replicas, int Partitions)[] wanted)
    {
        List<string> names = Names[..nodes];
        var rings = new List<DirectoryRing>();
        int last = 0;
        foreach ((int replicas, int partitions) in wanted)
        {
            List<DirectoryGroup> groups = Placement.Place(rings, names, [.. Enumerable.Range(1, nodes).Select(number => (ulong)number)], partitions, replicas, last + 1);
            Assert.Equal(Enumerable.Range(last + 1, partitions), groups.Select(group => group.Number));
            rings.Add(new DirectoryRing($"ring-{rings.Count}", "M", replicas, groups));
            last += partitions;
        }

        return rings;
    }
}
