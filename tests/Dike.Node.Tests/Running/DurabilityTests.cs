namespace Dike.Node.Tests.Running;

/// <summary>What leaves a node before its disk has synced (nothing), what a crash may take (nothing answered), and what a failing disk does (ends the node).</summary>
public sealed class DurabilityTests
{
    // Long enough that hung disks alone change no leader during a test: a node with a hung disk falls silent after it.
    private static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(4);

    private static readonly DikeCallOptions Patient = new() { Timeout = TestCluster.Bound };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Add_SyncsAreHeldOnAllNodes_NoAnswerUntilReleased(int nodes)
    {
        FaultyDisk[] disks = [.. Enumerable.Range(0, nodes).Select(_ => new FaultyDisk())];
        await using TestCluster cluster = await StartAsync(disks, LongTimeout);
        await cluster.Client.Tally("k").AddAsync(1);
        Array.ForEach(disks, disk => disk.Hold());

        Task<long> held = cluster.Client.Tally("k", Patient).AddAsync(1);
        int leader = await cluster.LeaderOfAsync("Tally", 0);
        await Eventually.TrueAsync(() => disks[leader].Unsynced > 0, "the record on the held disk");

        // A read that is served while the sync is held shows that the node works, and that the command is not applied.
        Assert.Equal(1, await cluster.Client.Tally("k", Patient).ReadAsync());
        Assert.False(held.IsCompleted);
        Array.ForEach(disks, disk => disk.Release());
        Assert.Equal(2, await held);
    }

    [Fact]
    public async Task Add_OnlyTheLeadersDiskWorks_NoQuorumNoAnswer()
    {
        FaultyDisk[] disks = [new(), new(), new()];
        await using TestCluster cluster = await StartAsync(disks, LongTimeout);
        await cluster.Client.Tally("k").AddAsync(1);
        int leader = await cluster.LeaderOfAsync("Tally", 0);
        FaultyDisk[] followers = [.. disks.Where((_, index) => index != leader)];
        Array.ForEach(followers, disk => disk.Hold());

        Task<long> held = cluster.Client.Tally("k", Patient).AddAsync(1);
        await Eventually.TrueAsync(() => followers.All(disk => disk.Unsynced > 0), "the records on the followers");

        // An Accepted that left before its sync would decide the command now.
        Assert.Equal(1, await cluster.Client.Tally("k", Patient).ReadAsync());
        Assert.False(held.IsCompleted);
        followers[0].Release();
        Assert.Equal(2, await held);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task StartAsync_CrashDropsAllUnsyncedWrites_NoAnsweredCommandIsLost(int nodes)
    {
        FaultyDisk[] disks = [.. Enumerable.Range(0, nodes).Select(_ => new FaultyDisk())];
        await using TestCluster cluster = await StartAsync(disks, TimeSpan.FromSeconds(1));
        long acknowledged = 0;
        for (int round = 0; round < 3; round++)
        {
            for (int add = 0; add < 10; add++)
            {
                acknowledged = await cluster.Client.Tally("k", Patient).AddAsync(1);
            }

            Array.ForEach(disks, disk => disk.Hold());
            Task<long> lost = cluster.Client.Tally("k", new DikeCallOptions { Timeout = TimeSpan.FromSeconds(2) }).AddAsync(1);
            await Eventually.TrueAsync(() => disks.Any(disk => disk.Unsynced > 0), "an unsynced record");
            await Task.WhenAll(Enumerable.Range(0, nodes).Select(cluster.AbortNodeAsync));
            await Assert.ThrowsAnyAsync<Exception>(() => lost);
            await cluster.StartAllAsync();
        }

        Assert.True(disks.Sum(disk => disk.Dropped) > 0);
        Assert.Equal(30, acknowledged);
        Assert.Equal(30, await cluster.Client.Tally("k", Patient).ReadAsync());
    }

    [Fact]
    public async Task Completion_DiskFails_NodeStopsLoudlyAndTheOthersGoOn()
    {
        FaultyDisk[] disks = [new(), new(), new()];
        await using TestCluster cluster = await StartAsync(disks, TimeSpan.FromMilliseconds(500));
        await cluster.Client.Tally("k").AddAsync(1);
        int leader = await cluster.LeaderOfAsync("Tally", 0);
        DikeNode failing = cluster.Nodes[leader]!;

        disks[leader].Fail();

        var error = await Assert.ThrowsAsync<DikeStorageException>(() => failing.Completion.WaitAsync(TestCluster.Bound));
        Assert.Contains("the disk is broken", error.Message, StringComparison.Ordinal);
        Assert.Equal("the disk is broken", cluster.Logs[leader].Single(2102).Exception!.Message);
        cluster.Nodes[leader] = null;
        await failing.DisposeAsync();
        Assert.Equal(2, await cluster.Client.Tally("k", Patient).AddAsync(1));
    }

    private static async Task<TestCluster> StartAsync(FaultyDisk[] disks, TimeSpan electionTimeout)
    {
        TestCluster cluster = await TestCluster.StartAsync(disks.Length, (index, options) =>
        {
            options.ElectionTimeout = electionTimeout;
            options.Client.Timeout = TestCluster.Bound;
            options.OpenStore = (_, _, _) => disks[index].Open();
        });
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, disks.Length);
        return cluster;
    }
}
