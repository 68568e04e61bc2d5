namespace Dike.Tests.Contracts;

/// <summary>Deferred replies in a unit test, without any host.</summary>
public sealed class DeferredTests
{
    [Fact]
    public void Defer_WithoutAHost_EachTicketIsAnother()
    {
        Reply<int> reply = Reply.Defer<int>(out Deferred<int> first);
        Reply.Defer<int>(out Deferred<int> second);

        Assert.True(reply.IsDeferred);
        Assert.False(reply.IsRejected);
        Assert.NotEqual(first, second);
        Assert.Throws<InvalidOperationException>(() => reply.Value);
    }

    [Fact]
    public void Defer_TwiceInOneCommandOfAHost_IsOneTicket()
    {
        var id = new CommandId(1, 2, 3);
        DeferralScope.Enter(7, id);
        Reply.Defer<int>(out Deferred<int> first);
        Reply.Defer<int>(out Deferred<int> second);
        DeferralScope.Leave();
        Reply.Defer<int>(out Deferred<int> later);

        Assert.Equal(new Deferred<int>(7, id), first);
        Assert.Equal(first, second);
        Assert.NotEqual(id, later.CommandId);
    }

    [Fact]
    public void Complete_OpenTicket_IsCollectedOnce()
    {
        CommandContext context = CommandContext.ForTest();
        Reply.Defer<string>(out Deferred<string> ticket);

        Assert.False(context.TryGetAnswer(ticket, out _));
        Assert.True(context.Complete(ticket, "value"));
        Assert.False(context.Complete(ticket, "again"));
        Assert.False(context.Reject(ticket, "again"));

        Assert.True(context.TryGetAnswer(ticket, out Reply<string> answer));
        Assert.Equal("value", answer.Value);
    }

    [Fact]
    public void Reject_OpenTicket_IsCollectedWithItsCode()
    {
        CommandContext context = CommandContext.ForTest();
        Reply.Defer<string>(out Deferred<string> ticket);

        Assert.True(context.Reject(ticket, "closed", "no more"));

        Assert.True(context.TryGetAnswer(ticket, out Reply<string> answer));
        Assert.Equal(("closed", "no more"), (answer.Code, answer.Message));
        Assert.Throws<ArgumentException>(() => context.Reject(ticket, ""));
    }

    [Fact]
    public void Complete_NoTicket_IsFalse() => Assert.False(CommandContext.ForTest().Complete(default(Deferred<int>), 1));

    [Fact]
    public void Complete_AfterTheCommand_Throws()
    {
        CommandContext context = CommandContext.ForTest();
        Reply.Defer<int>(out Deferred<int> ticket);
        context.Freeze();

        Assert.Throws<InvalidOperationException>(() => context.Complete(ticket, 1));
        Assert.Throws<InvalidOperationException>(() => context.Reject(ticket, "no"));
    }

    [Fact]
    public async Task RunAsync_DeferredWithADelegate_RunsItAndStaysDeferred()
    {
        int calls = 0;
        Reply<int> after = await Reply.Defer<int>(out _).Then(_ => { calls++; }).RunAsync(ReplyContext.ForTest(new NoServices()));

        Assert.Equal(1, calls);
        Assert.True(after.IsDeferred);
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
