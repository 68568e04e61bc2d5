namespace Dike.Tests.Contracts;

public sealed class ReplyTests
{
    private static readonly ReplyContext Context = ReplyContext.ForTest(new NoServices());

    /// <summary>
    /// Lambdas and method groups in every form a user may write. Each is given to both kinds of reply; the delegate must be awaited: RunAsync may not
    /// end before it does, which it would if the form had bound to Action.
    /// </summary>
    public static TheoryData<string> Forms => ["async lambda", "task lambda", "valuetask lambda", "task method", "valuetask method", "async lambda with await inside expression"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Then_AnyAwaitableForm_IsAwaited(string form)
    {
        var probe = new Probe();

        Task<Reply> running = Attach(Reply.Done, probe, form).RunAsync(Context);
        Task<Reply<int>> runningOfT = Attach(Reply.With(7), probe, form).RunAsync(Context);
        Assert.False(running.IsCompleted, "the delegate was not awaited");
        Assert.False(runningOfT.IsCompleted, "the delegate was not awaited");
        probe.Release();

        Assert.False((await running.WaitAsync(Bound.Time)).IsRejected);
        Assert.Equal(7, (await runningOfT.WaitAsync(Bound.Time)).Value);
        Assert.Equal(2, probe.Finished);
    }

    [Fact]
    public async Task Then_Action_Runs()
    {
        int calls = 0;

        await Reply.Done.Then(_ => { calls++; }).RunAsync(Context);
        await Reply.With(1).Then(_ => { calls++; }).RunAsync(Context);

        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Then_Several_RunInOrderAndAlsoAfterARejection()
    {
        var order = new List<int>();
        Reply<int> rejected = Reply.Reject<int>("no").Then(_ => order.Add(1)).Then(_ => Task.Run(() => order.Add(2))).Then(_ => order.Add(3));

        Reply<int> after = await rejected.RunAsync(Context);

        Assert.Equal([1, 2, 3], order);
        Assert.Equal(("no", true), (after.Code, after.IsRejected));
    }

    [Fact]
    public async Task From_AnyForm_GivesTheValue()
    {
        var probe = new Probe();
        probe.Release();
        Assert.Equal(1, (await Reply.From(async _ => await probe.ValueAsync(1)).RunAsync(Context)).Value);
        Assert.Equal(2, (await Reply.From(_ => probe.ValueAsync(2)).RunAsync(Context)).Value);
        Assert.Equal(3, (await Reply.From(_ => new ValueTask<int>(3)).RunAsync(Context)).Value);
        Reply<int> plain = Reply.From(_ => 4);
        Assert.Equal(4, (await plain.RunAsync(Context)).Value);
    }

    [Fact]
    public void From_BeforeRunAsync_HasNoValue() =>
        Assert.Contains("RunAsync", Assert.Throws<InvalidOperationException>(() => Reply.From(_ => 1).Value).Message, StringComparison.Ordinal);

    [Fact]
    public void Conversions_ValueAndRejection_BecomeReplies()
    {
        Reply<long> value = 15L;
        Reply<long> rejectedOfT = Reply.Reject("division-by-zero", "the divisor must not be 0");
        Reply rejected = Reply.Reject("closed");

        Assert.Equal(15, value.Value);
        Assert.Equal(("division-by-zero", "the divisor must not be 0"), (rejectedOfT.Code, rejectedOfT.Message));
        Assert.True(rejected.IsRejected);
        CommandRejectedException e = Assert.Throws<CommandRejectedException>(() => rejectedOfT.Value);
        Assert.Equal(("division-by-zero", Outcome.Refused), (e.RejectionCode, e.Outcome));
    }

    [Fact]
    public void With_PlainValue_HasNoTail()
    {
        Assert.Null(Reply.With(1).Tail);
        Assert.Null(Reply.Done.Tail);
        Assert.Null(default(Reply<string>).Tail);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Reject_NoCode_Throws(string? code) => Assert.ThrowsAny<ArgumentException>(() => Reply.Reject(code!));

    private static Reply Attach(Reply reply, Probe probe, string form) => form switch
    {
        "async lambda" => reply.Then(async context => await probe.WorkAsync(context)),
        "task lambda" => reply.Then(context => probe.WorkAsync(context)),
        "valuetask lambda" => reply.Then(context => probe.WorkValueAsync(context)),
        "task method" => reply.Then(probe.WorkAsync),
        "valuetask method" => reply.Then(probe.WorkValueAsync),
        _ => reply.Then(async context =>
        {
            await Task.Yield();
            await probe.WorkAsync(context);
        }),
    };

    private static Reply<int> Attach(Reply<int> reply, Probe probe, string form) => form switch
    {
        "async lambda" => reply.Then(async context => await probe.WorkAsync(context)),
        "task lambda" => reply.Then(context => probe.WorkAsync(context)),
        "valuetask lambda" => reply.Then(context => probe.WorkValueAsync(context)),
        "task method" => reply.Then(probe.WorkAsync),
        "valuetask method" => reply.Then(probe.WorkValueAsync),
        _ => reply.Then(async context =>
        {
            await Task.Yield();
            await probe.WorkAsync(context);
        }),
    };

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    private sealed class Probe
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _finished;

        public int Finished => _finished;

        public void Release() => _gate.SetResult();

        public async Task WorkAsync(ReplyContext context)
        {
            await _gate.Task;
            Interlocked.Increment(ref _finished);
        }

        public async ValueTask WorkValueAsync(ReplyContext context) => await WorkAsync(context);

        public async Task<int> ValueAsync(int value)
        {
            await _gate.Task;
            return value;
        }
    }
}
