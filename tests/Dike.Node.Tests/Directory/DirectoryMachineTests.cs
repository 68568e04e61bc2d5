using Dike.Node.Directory;

namespace Dike.Node.Tests.Directory;

/// <summary>The directory as what it is: a state machine that needs no host to be tested.</summary>
public sealed class DirectoryMachineTests
{
    private static readonly List<string> Nodes = ["a", "b", "c"];
    private static readonly List<ulong> Incarnations = [7, 8, 9];
    private readonly DirectoryMachine _directory = new();

    [Fact]
    public void CreateRing_New_PlacesGroupsFromOne()
    {
        Assert.False(_directory.CreateRing("r", "M", 4, 3, Nodes, Incarnations).IsRejected);

        DirectoryRing ring = Assert.Single(_directory.Rings);
        Assert.Equal([1, 2, 3, 4], ring.Groups.Select(group => group.Number));
        Assert.All(ring.Groups, group => Assert.Equal(group.Members.Select(member => Incarnations[Nodes.IndexOf(member)]), group.Incarnations));
        Assert.Equal(1, _directory.Version);
    }

    [Fact]
    public void CreateRing_AgainWithTheSameNumbers_ChangesNothing()
    {
        _directory.CreateRing("r", "M", 4, 3, Nodes, Incarnations);

        Assert.False(_directory.CreateRing("r", "M", 4, 3, Nodes, Incarnations).IsRejected);

        Assert.Single(_directory.Rings);
        Assert.Equal(1, _directory.Version);
    }

    [Theory]
    [InlineData("M", 8, 3, "4 partitions", "8")]
    [InlineData("M", 4, 1, "3 replicas", "1")]
    [InlineData("N", 4, 3, "'M'", "'N'")]
    public void CreateRing_ContradictsTheRingOfThatName_RejectedNamingBoth(string machine, int partitions, int replicas, string has, string asked)
    {
        _directory.CreateRing("r", "M", 4, 3, Nodes, Incarnations);

        Reply reply = _directory.CreateRing("r", machine, partitions, replicas, Nodes, Incarnations);

        Assert.Equal("ring-exists", reply.Code);
        Assert.Contains(has, reply.Message, StringComparison.Ordinal);
        Assert.Contains(asked, reply.Message, StringComparison.Ordinal);
        Assert.Equal(1, _directory.Version);
    }

    [Theory]
    [InlineData("r", 0, 3, "0 partitions")]
    [InlineData("r", 5000, 3, "5000 partitions")]
    [InlineData("r", 4, 2, "2 replicas")]
    [InlineData("r", 4, 5, "3 nodes")]
    [InlineData("a b", 4, 3, "'a b'")]
    public void CreateRing_Impossible_RejectedWithTheValue(string name, int partitions, int replicas, string expected)
    {
        Reply reply = _directory.CreateRing(name, "M", partitions, replicas, Nodes, Incarnations);

        Assert.Equal("bad-ring", reply.Code);
        Assert.Contains(expected, reply.Message, StringComparison.Ordinal);
        Assert.Empty(_directory.Rings);
    }

    [Fact]
    public void CreateRing_AnIncarnationIsMissing_Rejected()
    {
        Reply reply = _directory.CreateRing("r", "M", 4, 3, Nodes, [7, 8]);

        Assert.Equal("bad-ring", reply.Code);
        Assert.Empty(_directory.Rings);
    }

    [Fact]
    public void CreateRing_Second_NumbersGroupsOn()
    {
        _directory.CreateRing("r", "M", 4, 3, Nodes, Incarnations);
        _directory.CreateRing("s", "M", 2, 1, Nodes, Incarnations);

        Assert.Equal([5, 6], _directory.Rings[1].Groups.Select(group => group.Number));
    }
}
