namespace Dike.Node.Tests.Running;

/// <summary>Creating rings on a running cluster, and following them on every node.</summary>
public sealed class RingTests
{
    [Fact]
    public async Task CreateRing_Twice_SameTable()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        RoutingTable first = await cluster.Client.Admin.CreateRingAsync("Tally", 4, 3);

        RoutingTable second = await cluster.Nodes[2]!.Client.Admin.CreateRingAsync("Tally", 4, 3);

        Assert.Equal(first.Version, second.Version);
        Assert.Equal(Groups(first), Groups(second));
        Assert.All(second.Nodes, node => Assert.Contains(node.Address, cluster.Addresses));
    }

    [Fact]
    public async Task CreateRing_OtherNumbers_RejectedNamingBoth()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        await cluster.Client.Admin.CreateRingAsync("Tally", 4, 1);

        var error = await Assert.ThrowsAsync<CommandRejectedException>(() => cluster.Client.Admin.CreateRingAsync("Tally", 8, 1));

        Assert.Equal("ring-exists", error.RejectionCode);
        Assert.Contains("4 partitions", error.Message, StringComparison.Ordinal);
        Assert.Contains("8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateRing_MachineIsNotRegistered_RejectedAndNothingChanged()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);

        var error = await Assert.ThrowsAsync<CommandRejectedException>(() => cluster.Client.Admin.CreateRingAsync("Nobody", 4, 1));

        Assert.Equal("unknown-machine", error.RejectionCode);
        Assert.Contains("'Nobody'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Tally", error.Message, StringComparison.Ordinal);
        Assert.Empty((await cluster.Client.Admin.GetRoutingTableAsync()).Rings);
    }

    [Fact]
    public async Task CreateRing_MoreReplicasThanNodes_RejectedNamingBoth()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);

        var error = await Assert.ThrowsAsync<CommandRejectedException>(() => cluster.Client.Admin.CreateRingAsync("Tally", 1, 3));

        Assert.Contains("3 replicas", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 nodes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateRing_NodeThatTookTheRequestCrashes_EveryNodeRunsItsGroups()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(5);
        await cluster.Nodes[0]!.Client.Admin.CreateRingAsync("Tally", 10, 3);

        await cluster.AbortNodeAsync(0);

        // The directory's log, not the process that took the request, makes the others run their groups.
        for (int key = 0; key < 40; key++)
        {
            Assert.Equal(1, await cluster.Client.Tally($"key-{key}", new DikeCallOptions { Timeout = TestCluster.Bound }).AddAsync(1));
        }
    }

    [Fact]
    public async Task CreateRing_NodeWasDown_OpensItsGroupsWhenItIsBack()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.AbortNodeAsync(2);
        await cluster.Client.Admin.CreateRingAsync("Tally", 2, 3);

        await cluster.StartNodeAsync(2);

        await Eventually.TrueAsync(() => cluster.Logs[2].Count(2402) == 1, "the groups opened on the node that was away");
        IReadOnlyList<ReplicaCheck> checks = await Eventually.GetAsync(
            () => cluster.Client.Admin.CompareReplicasAsync("Tally", 1), found => found.All(check => check.IsCompared), "all replicas compared");
        Assert.Single(checks.Select(check => check.StateHash).Distinct());
    }

    [Fact]
    public async Task StartAsync_RingOfAMachineThatIsNotRegistered_NamedAndNotOpened()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 2, 3);
        await cluster.AbortNodeAsync(1);
        DikeNodeOptions options = WithoutMachines(cluster.OptionsOf(1));

        cluster.Nodes[1] = await DikeNode.StartAsync(options);

        await Eventually.TrueAsync(() => cluster.Logs[1].Count(2401) == 1, "the line about the unknown machine");
        Assert.Contains("'Tally'", cluster.Logs[1].Single(2401).Text, StringComparison.Ordinal);
        Assert.Equal(1, await cluster.Client.Tally("k", new DikeCallOptions { Timeout = TestCluster.Bound }).AddAsync(1));
    }

    [Fact]
    public async Task CompareReplicas_OneNodeStopped_ItsRowIsNotCompared()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, (_, options) => options.Client.Timeout = TimeSpan.FromSeconds(3));
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.Client.Tally("k").AddAsync(1);
        int stopped = (await cluster.LeaderOfAsync("Tally", 0) + 1) % 3;
        await cluster.AbortNodeAsync(stopped);

        IReadOnlyList<ReplicaCheck> checks = await cluster.Client.Admin.CompareReplicasAsync("Tally", 0);

        ReplicaCheck absent = checks.Single(check => check.Node == TestCluster.NameOf(stopped));
        Assert.False(absent.IsCompared);
        Assert.Equal(2, checks.Count(check => check.IsCompared));
        Assert.Single(checks.Where(check => check.IsCompared).Select(check => (check.Slot, check.StateHash)).Distinct());
    }

    private static string[] Groups(RoutingTable table) =>
        [.. table.Rings.SelectMany(ring => ring.Partitions).Select(partition => $"{partition.Group}:{string.Join(",", partition.Members)}")];

    private static DikeNodeOptions WithoutMachines(DikeNodeOptions full)
    {
        var options = new DikeNodeOptions { Node = full.Node, Cluster = full.Cluster, LoggerFactory = full.LoggerFactory };
        Assert.Empty(options.StateMachines.Names);
        return options;
    }
}
