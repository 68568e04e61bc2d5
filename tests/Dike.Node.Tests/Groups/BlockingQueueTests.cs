namespace Dike.Node.Tests.Groups;

/// <summary>The queue as its author would test it: the class alone, without any host.</summary>
public sealed class BlockingQueueTests
{
    private readonly BlockingQueue _queue = new();

    [Fact]
    public void Dequeue_WithItems_AnswersAtOnce()
    {
        Assert.Equal(1, _queue.Enqueue(42, CommandContext.ForTest()));

        Assert.Equal(42, _queue.Dequeue().Value);
    }

    [Fact]
    public void Enqueue_SomebodyWaits_CompletesTheFirstTicket()
    {
        Assert.True(_queue.Dequeue().IsDeferred);
        Assert.True(_queue.Dequeue().IsDeferred);
        Deferred<long>[] tickets = [.. _queue.Waiting()];
        CommandContext context = CommandContext.ForTest();

        Assert.Equal(0, _queue.Enqueue(42, context));

        Assert.True(context.TryGetAnswer(tickets[0], out Reply<long> answer));
        Assert.Equal(42, answer.Value);
        Assert.False(context.TryGetAnswer(tickets[1], out _));
        Assert.Equal([tickets[1]], _queue.Waiting());
    }

    [Fact]
    public void Close_SomebodyWaits_RefusesThem()
    {
        _queue.Dequeue();
        Deferred<long> ticket = _queue.Waiting()[0];
        CommandContext context = CommandContext.ForTest();

        Assert.Equal(1, _queue.Close(context));

        Assert.True(context.TryGetAnswer(ticket, out Reply<long> answer));
        Assert.Equal("closed", answer.Code);
    }
}
