namespace Dike.Node.Tests.Running;

/// <summary>Whole clusters on real sockets and journals: commands, failover, restarts.</summary>
public sealed class ClusterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Add_FoundedCluster_AnswersInOrder(int nodes)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(nodes);
        await cluster.Client.Admin.CreateRingAsync("Tally", 4, nodes);

        Assert.Equal(15, await cluster.Client.Tally("somekey").AddAsync(15));
        Assert.Equal(16, await cluster.Client.Tally("somekey").AddAsync(1));
        Assert.Equal(16, await cluster.Client.Tally("somekey").ReadAsync());
    }

    /// <summary>Local answers of each node, at most a bound old: within it they catch up with what was acknowledged.</summary>
    [Fact]
    public async Task Read_WithABoundOfStaleness_EveryNodeSoonAnswersWithWhatWasAcknowledged()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        Assert.Equal(7, await cluster.Client.Tally("k").AddAsync(7));
        var bounded = new DikeCallOptions { Timeout = TestCluster.Bound, Consistency = Consistency.Stale, MaxStaleness = TimeSpan.FromMilliseconds(1) };

        foreach (DikeNode? node in cluster.Nodes)
        {
            await Eventually.GetAsync(() => node!.Client.Tally("k", bounded).ReadAsync(), sum => sum == 7, $"the sum at {node!.Name}");
        }
    }

    [Fact]
    public async Task Add_NoSeedsConfigured_SingleNodeServesAtOnce()
    {
        using var directory = new TemporaryDirectory();
        var options = new DikeNodeOptions { Node = { Name = "alone", Listen = "127.0.0.1:0", DataDirectory = directory.Path } };
        options.StateMachines.Add<Tally>();
        await using DikeNode node = await DikeNode.StartAsync(options);

        Assert.True(node.Ready.IsCompletedSuccessfully);
        await node.Client.Admin.CreateRingAsync("Tally", 1, 1);
        Assert.Equal(3, await node.Client.Tally("k").AddAsync(3));
    }

    [Fact]
    public async Task Add_ManyKeysOverAllPartitions_EachKeyHasItsOwnSum()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 16, 3);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async key =>
        {
            ITally tally = cluster.Client.Tally($"key-{key}");
            await tally.AddAsync(key);
            await tally.AddAsync(1);
            Assert.Equal(key + 1, await tally.ReadAsync());
        }));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Add_LeaderCrashes_AnotherGoesOnWithTheState(int nodes)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(nodes);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, nodes);
        await cluster.Client.Tally("k").AddAsync(8);
        int leader = await cluster.LeaderOfAsync("Tally", 0);

        await cluster.AbortNodeAsync(leader);

        Assert.Equal(9, await cluster.Client.Tally("k", Patient).AddAsync(1));
        Assert.NotEqual(leader, await cluster.LeaderOfAsync("Tally", 0));
    }

    [Fact]
    public async Task StartAsync_CrashedNodeComesBack_CatchesUpAndAgrees()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        int leader = await cluster.LeaderOfAsync("Tally", 0);
        await cluster.AbortNodeAsync(leader);
        await cluster.Client.Tally("k", Patient).AddAsync(5);

        await cluster.StartNodeAsync(leader);

        IReadOnlyList<ReplicaCheck> checks = await Eventually.GetAsync(
            () => cluster.Client.Admin.CompareReplicasAsync("Tally", 0), found => found.All(check => check.IsCompared), "all replicas compared");
        Assert.Equal(3, checks.Count);
        Assert.Single(checks.Select(check => (check.Slot, check.StateHash)).Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task StartAsync_AllNodesCrashedAtOnce_NothingAcknowledgedIsLost(int nodes)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(nodes);
        await cluster.Client.Admin.CreateRingAsync("Tally", 4, nodes);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(key => cluster.Client.Tally($"key-{key}").AddAsync(key)));

        await Task.WhenAll(Enumerable.Range(0, nodes).Select(cluster.AbortNodeAsync));
        await cluster.StartAllAsync();

        long[] sums = await Task.WhenAll(Enumerable.Range(0, 50).Select(key => cluster.Client.Tally($"key-{key}", Patient).ReadAsync()));
        Assert.Equal(Enumerable.Range(0, 50).Select(key => (long)key), sums);
    }

    [Fact]
    public async Task StartAsync_AfterAPlannedStop_ContinuesWithTheData()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster.Client.Admin.CreateRingAsync("Tally", 2, 3);
        await cluster.Client.Tally("k").AddAsync(7);
        for (int index = 0; index < 3; index++)
        {
            await cluster.Nodes[index]!.DisposeAsync();
            cluster.Nodes[index] = null;
        }

        await cluster.StartAllAsync();

        Assert.Equal(8, await cluster.Client.Tally("k", Patient).AddAsync(1));
    }

    [Fact]
    public async Task Add_MajorityIsGone_UnavailableAndNotAnswered()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, (_, options) => options.Client.Timeout = TimeSpan.FromSeconds(2));
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        await cluster.AbortNodeAsync(1);
        await cluster.AbortNodeAsync(2);

        DikeException error = await Assert.ThrowsAnyAsync<DikeException>(() => cluster.Client.Tally("k").AddAsync(1));

        Assert.True(error is DikeUnavailableException or DikeTimeoutException, error.ToString());
    }

    [Fact]
    public async Task Exhaust_OneGroupBreaks_HaltedLoudlyAndTheOthersGoOn()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1, (_, options) => options.Client.Timeout = TimeSpan.FromSeconds(1));
        await cluster.Client.Admin.CreateRingAsync("Tally", 2, 1);
        string[] keys = [KeyOf(0), KeyOf(1)];

        await Assert.ThrowsAnyAsync<DikeException>(() => cluster.Client.Tally(keys[0]).ExhaustAsync());

        LogLine halted = cluster.Logs[0].Single(2400);
        Assert.Contains("planted by the test", halted.Exception!.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await cluster.Client.Tally(keys[1], Patient).AddAsync(1));
        await Assert.ThrowsAnyAsync<DikeException>(() => cluster.Client.Tally(keys[0]).ReadAsync());
    }

    [Fact]
    public async Task Completion_PlannedStop_CompletesAndTheNodeCanBeDisposedAgain()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        DikeNode node = cluster.Nodes[0]!;

        await node.DisposeAsync();
        await node.DisposeAsync();

        await node.Completion.WaitAsync(TestCluster.Bound);
    }

    private static string KeyOf(int partition) =>
        Enumerable.Range(0, 100).Select(number => $"key-{number}").First(key => KeyRing.PartitionOf(key, 2) == partition);

    private static DikeCallOptions Patient { get; } = new() { Timeout = TestCluster.Bound };
}
