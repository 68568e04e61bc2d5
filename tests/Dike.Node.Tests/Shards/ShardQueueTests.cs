using Dike.Node.Groups;
using Dike.Node.Shards;
using Dike.Storage;

namespace Dike.Node.Tests.Shards;

/// <summary>The bounded entrance of a shard.</summary>
public sealed class ShardQueueTests
{
    private static readonly CallReceived Call = new(new CallTicket(new object(), 1), null!);

    [Fact]
    public void TryPostCall_MoreThanAllowed_RefusedUntilTaken()
    {
        var queue = new ShardQueue(maxCalls: 2);
        Assert.True(queue.TryPostCall(Call));
        Assert.True(queue.TryPostCall(Call));

        Assert.False(queue.TryPostCall(Call));

        Assert.Equal(2, queue.Take(0)!.Count);
        Assert.True(queue.TryPostCall(Call));
    }

    [Fact]
    public void Post_QueueIsFullOfCalls_OtherInputsStillEnter()
    {
        var queue = new ShardQueue(maxCalls: 1);
        queue.TryPostCall(Call);

        queue.Post(new PositionSynced(new LogPosition(1)));

        Assert.Equal(2, queue.Take(0)!.Count);
    }

    [Fact]
    public void Take_InputsInTheOrderOfPosting()
    {
        var queue = new ShardQueue(maxCalls: 1);
        for (long position = 1; position <= 3; position++)
        {
            queue.Post(new PositionSynced(new LogPosition(position)));
        }

        Assert.Equal([1L, 2L, 3L], queue.Take(0)!.Cast<PositionSynced>().Select(input => input.Position.Value));
    }

    [Fact]
    public async Task Take_Waiting_WokenByAPost()
    {
        var queue = new ShardQueue(maxCalls: 1);
        Task<int> taken = Task.Run(() => queue.Take(60_000)!.Count);

        queue.Post(new PositionSynced(new LogPosition(1)));

        Assert.Equal(1, await taken.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Take_Ended_NullAndNothingEnters()
    {
        var queue = new ShardQueue(maxCalls: 1);
        queue.End();
        queue.Post(new PositionSynced(new LogPosition(1)));

        Assert.Null(queue.Take(0));
        Assert.False(queue.TryPostCall(Call));
    }
}
