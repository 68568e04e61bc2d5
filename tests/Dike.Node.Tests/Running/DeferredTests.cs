using Dike.Node.Tests.Groups;

namespace Dike.Node.Tests.Running;

/// <summary>Deferred replies through the generated client, real nodes and their journals.</summary>
public sealed class DeferredTests
{
    [Fact]
    public async Task Dequeue_EmptyQueue_WaitsForTheNextEnqueue()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, (_, options) => options.StateMachines.Add<BlockingQueue>());
        await cluster.Client.Admin.CreateRingAsync("BlockingQueue", 1, 3);
        IBlockingQueue queue = cluster.Client.BlockingQueue("jobs");

        Task<long> first = queue.DequeueAsync();
        while ((await queue.WaitingAsync()).Count == 0)
        {
            // The command is on its way; each query is a round through the group.
        }

        Assert.False(first.IsCompleted);
        Assert.Equal(0, await queue.EnqueueAsync(42));
        Assert.Equal(42, await first.WaitAsync(TestCluster.Bound));
    }

    [Fact]
    public async Task Dequeue_DeadlinePasses_IsUnknownAndTheTicketStaysOpen()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1, (_, options) => options.StateMachines.Add<BlockingQueue>());
        await cluster.Client.Admin.CreateRingAsync("BlockingQueue", 1, 1);
        IBlockingQueue hasty = cluster.Client.BlockingQueue("jobs", new DikeCallOptions { Timeout = TimeSpan.FromMilliseconds(500) });

        DikeTimeoutException timeout = await Assert.ThrowsAsync<DikeTimeoutException>(() => hasty.DequeueAsync());

        Assert.Equal(Outcome.Unknown, timeout.Outcome);
        Assert.Single(await cluster.Client.BlockingQueue("jobs").WaitingAsync());
    }
}
