namespace Dike.Node.Tests.Liveness;

/// <summary>
/// What each node knows in partial partitions, the three of the Omni-Paxos paper among them (EuroSys 2023, section 2). Within one election timeout and two
/// heartbeats every node knows whether the leader, node 0, reaches a quorum by its own vector, and which nodes do.
/// </summary>
public sealed class PartialPartitionTests
{
    private const long KnownMs = LivenessNetwork.TimeoutMs + 3 * LivenessNetwork.IntervalMs;
    private const uint All = 0b11111;

    /// <summary>All lose all links but those to node 1; the leader is still heard by node 1, but reaches only two of five.</summary>
    [Fact]
    public void Run_QuorumLoss_OnlyTheHubReachesAQuorumAndAllThatHearItKnow()
    {
        LivenessNetwork network = LivenessNetwork.Settled(5);

        network.LeaveOnly((1, 0), (1, 2), (1, 3), (1, 4));
        network.Run(KnownMs);

        Assert.Equal("00011 11111 00110 01010 10010", network.SeenBy(1));
        Assert.Equal("00011 11111 00000 00000 00000", network.SeenBy(0));
        Assert.Equal("00000 11111 00110 00000 00000", network.SeenBy(2));
        Assert.Equal([1], Enumerable.Range(0, 5).Where(node => network.Nodes[node].ViewOf(node).ReachesQuorumOf(All)));
        Assert.False(network.Nodes[1].ViewOf(0).ReachesQuorumOf(All));
        Assert.True(network.Nodes[2].ViewOf(1).ReachesQuorumOf(All));
    }

    /// <summary>The leader is cut off; the others have lost all links but those to node 1.</summary>
    [Fact]
    public void Run_ConstrainedElection_TheHubReachesAQuorumAndTheLeaderIsGone()
    {
        LivenessNetwork network = LivenessNetwork.Settled(5);

        network.LeaveOnly((1, 2), (1, 3), (1, 4));
        network.Run(KnownMs);

        Assert.Equal("00000 11110 00110 01010 10010", network.SeenBy(1));
        Assert.Equal("00001 00000 00000 00000 00000", network.SeenBy(0));
        Assert.Equal("00000 11110 00000 01010 00000", network.SeenBy(3));
        Assert.Equal([1], Enumerable.Range(0, 5).Where(node => network.Nodes[node].ViewOf(node).ReachesQuorumOf(All)));
    }

    /// <summary>The leader and node 2 do not hear each other, both hear node 1: all three reach a quorum, so the leader is not to be disturbed.</summary>
    [Fact]
    public void Run_Chained_BothEndsReachAQuorumThroughTheMiddle()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);

        network.LeaveOnly((0, 1), (1, 2));
        network.Run(KnownMs);

        Assert.Equal("011 111 000", network.SeenBy(0));
        Assert.Equal("011 111 110", network.SeenBy(1));
        Assert.Equal("000 111 110", network.SeenBy(2));
        Assert.All(network.Nodes.Select((node, index) => node.ViewOf(index)), view => Assert.True(view.ReachesQuorumOf(0b111)));
        Assert.True(network.Nodes[1].ViewOf(0).ReachesQuorumOf(0b111));
    }

    /// <summary>Node 0 is heard by node 1 and hears nothing from it: half a connection is none, on both sides.</summary>
    [Fact]
    public void Run_OneWayCut_NeitherCountsTheOther()
    {
        LivenessNetwork network = LivenessNetwork.Settled(3);

        network.Cut(1, 0, isOneWay: true);
        network.Run(KnownMs);

        Assert.Equal("101 000 111", network.SeenBy(0));
        Assert.Equal("000 110 111", network.SeenBy(1));
        Assert.Equal("101 110 111", network.SeenBy(2));
    }

    [Fact]
    public void Run_PartitionHeals_AllSeeAllAgainWithinTwoTicks()
    {
        LivenessNetwork network = LivenessNetwork.Settled(5);
        network.LeaveOnly((1, 2), (1, 3), (1, 4));
        network.Run(4 * KnownMs);

        network.Heal();
        network.Run(2 * LivenessNetwork.IntervalMs);

        Assert.All(Enumerable.Range(0, 5), node => Assert.Equal("11111 11111 11111 11111 11111", network.SeenBy(node)));
    }

    /// <summary>Every graph of five nodes: what is connected is exactly what the links allow, and everybody that is connected with a node knows its vector.</summary>
    [Fact]
    public void Run_EveryLinkGraphOfFive_VectorsAreTheGraph()
    {
        (int One, int Other)[] pairs = [.. from one in Enumerable.Range(0, 5) from other in Enumerable.Range(one + 1, 4 - one) select (one, other)];
        for (int graph = 0; graph < 1 << pairs.Length; graph++)
        {
            LivenessNetwork network = LivenessNetwork.Settled(5);
            (int One, int Other)[] left = [.. pairs.Where((_, index) => (graph & 1 << index) != 0)];
            network.LeaveOnly(left);
            network.Run(KnownMs);

            uint[] vectors = [.. Enumerable.Range(0, 5).Select(node => VectorOf(node, left))];
            for (int node = 0; node < 5; node++)
            {
                uint[] seen = [.. Enumerable.Range(0, 5).Select(network.Nodes[node].ConnectedOf)];
                uint[] expected = [.. vectors.Select((vector, member) => (vectors[node] & 1u << member) != 0 ? vector : 0)];
                Assert.True(expected.SequenceEqual(seen), $"graph {graph}, node {node}: expected {string.Join(',', expected)}, saw {string.Join(',', seen)}");
            }
        }
    }

    [Fact]
    public void Run_NothingHappens_NoViewChanges()
    {
        LivenessNetwork network = LivenessNetwork.Settled(5);

        network.Run(60_000);

        Assert.All(network.Changes, Assert.Empty);
        Assert.All(network.Views, Assert.Empty);
    }

    private static uint VectorOf(int node, (int One, int Other)[] links) =>
        links.Where(link => link.One == node || link.Other == node).Aggregate(1u << node, (bits, link) => bits | 1u << link.One | 1u << link.Other);
}
