using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Dike.Node.Tests.Running;

/// <summary>Reply delegates on a running node: services from a scope, at most once, failures reported and logged.</summary>
public sealed class ReplyTests
{
    [Fact]
    public async Task From_AsksAService_CallerGetsItsAnswer()
    {
        await using TestCluster cluster = await StartAsync(new Oracle());

        Assert.Equal("the sum is 5", await cluster.Client.Tally("k").AddAndAskAsync(5));
    }

    [Fact]
    public async Task From_Throws_CallerLearnsThatTheCommandWasApplied()
    {
        await using TestCluster cluster = await StartAsync(new Oracle { Fails = true });

        var error = await Assert.ThrowsAsync<ReplyFailedException>(() => cluster.Client.Tally("k").AddAndAskAsync(5));

        Assert.Equal(Outcome.Applied, error.Outcome);
        Assert.Contains("the oracle is silent", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, await cluster.Client.Tally("k").ReadAsync());
        Assert.Equal("the oracle is silent", cluster.Logs.SelectMany(log => log.Lines).Single(line => line.EventId == 2500).Exception!.Message);
    }

    [Fact]
    public async Task Then_RunsOnceOnOneNode_CallerDoesNotWait()
    {
        var oracle = new Oracle { Gate = new TaskCompletionSource() };
        await using TestCluster cluster = await StartAsync(oracle);

        Assert.Equal(5, await cluster.Client.Tally("k").AddAndTellAsync(5));
        oracle.Gate.SetResult();

        await Eventually.TrueAsync(() => oracle.Asked.Count == 1, "the delegate");
        Assert.Equal(6, await cluster.Client.Tally("k").AddAsync(1));
        Assert.Equal([5L], oracle.Asked);
    }

    [Fact]
    public async Task From_EachDelegate_HasAScopeOfItsOwn()
    {
        var made = new ConcurrentBag<IOracle>();
        ServiceProvider services = new ServiceCollection()
            .AddScoped<IOracle>(_ =>
            {
                var oracle = new Oracle();
                made.Add(oracle);
                return oracle;
            })
            .BuildServiceProvider(validateScopes: true);
        await using TestCluster cluster = await StartAsync(services);

        await cluster.Client.Tally("k").AddAndAskAsync(1);
        await cluster.Client.Tally("k").AddAndAskAsync(1);

        Assert.Equal(2, made.Count);
    }

    [Fact]
    public async Task Reject_CallerGetsCodeAndMessage()
    {
        await using TestCluster cluster = await StartAsync(new Oracle());

        var error = await Assert.ThrowsAsync<CommandRejectedException>(() => cluster.Client.Tally("k").RejectAsync());

        Assert.Equal("never", error.RejectionCode);
        Assert.Equal(0, await cluster.Client.Tally("k").ReadAsync());
    }

    private static Task<TestCluster> StartAsync(Oracle oracle) =>
        StartAsync(new ServiceCollection().AddSingleton<IOracle>(oracle).BuildServiceProvider());

    private static async Task<TestCluster> StartAsync(IServiceProvider services)
    {
        TestCluster cluster = await TestCluster.StartAsync(3, (_, options) => options.Services = services);
        await cluster.Client.Admin.CreateRingAsync("Tally", 1, 3);
        return cluster;
    }

    private sealed class Oracle : IOracle
    {
        public bool Fails { get; init; }

        public TaskCompletionSource? Gate { get; init; }

        public ConcurrentQueue<long> Asked { get; } = new();

        public async Task<string> AnswerAsync(long sum)
        {
            if (Gate is not null)
            {
                await Gate.Task.WaitAsync(TestCluster.Bound);
            }

            Asked.Enqueue(sum);
            return Fails ? throw new InvalidOperationException("the oracle is silent") : $"the sum is {sum}";
        }
    }
}
