using System.Diagnostics;
using Dike.Wire;

namespace Dike.Tests.Client;

/// <summary>The client against scripted nodes on real loopback sockets: what callers see. Every decision by itself is in ClientCoreTests.</summary>
public sealed class DikeClientTests
{
    // Short only where a deadline must pass. Whatever must succeed has the default timeouts, which a busy machine does not reach.
    private static readonly DikeCallOptions Soon = new() { Timeout = TimeSpan.FromSeconds(1) };
    private static readonly DikeClientOptions Impatient = new() { Timeout = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task Call_LeaderAnswers_ReturnsTheValue()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task<long> add = Counter(client).AddAsync(15);
        ScriptedNode.Received received = await node.NextAsync();
        received.Send(CallStatus.Done, outcome: Outcome.Applied, value: CounterContract.ValueOf(15));

        Assert.Equal(15, await add.WaitAsync(Bound.Time));
        Assert.Equal(CounterContract.ValueOf(15), received.Call.Arguments.ToArray());
        Assert.Equal((7, "Counter", 1u, "somekey"), (received.Call.Group, received.Call.Machine, received.Call.Method, received.Call.Key));
    }

    [Fact]
    public async Task Call_WithoutValue_EndsWithTheAnswer()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task clear = Counter(client).ClearAsync();
        ScriptedNode.Received received = await node.NextAsync();
        Assert.False(clear.IsCompleted);
        received.Send(CallStatus.Done);

        await clear.WaitAsync(Bound.Time);
        Assert.Empty(received.Call.Arguments.ToArray());
    }

    [Fact]
    public async Task Call_AskedNodeDoesNotLead_FollowsTheHintUnderTheSameId()
    {
        await using var a = new ScriptedNode("a");
        await using var b = new ScriptedNode("b");
        a.Table = b.Table = ScriptedNode.TableOf("a", a, b);
        await using DikeClient client = await DikeClient.ConnectAsync([a.Address]);

        Task<long> add = Counter(client).AddAsync(1);
        ScriptedNode.Received first = await a.NextAsync();
        first.Send(CallStatus.NotLeader, "b");
        ScriptedNode.Received second = await b.NextAsync();
        second.Send(CallStatus.Done, value: CounterContract.ValueOf(3));

        Assert.Equal(3, await add.WaitAsync(Bound.Time));
        Assert.Equal(first.Call.CommandId, second.Call.CommandId);
    }

    [Fact]
    public async Task Call_AnswerLostWithTheConnection_IsSentAgainUnderTheSameId()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task<long> add = Counter(client).AddAsync(1);
        ScriptedNode.Received first = await node.NextAsync();
        node.CutAll();
        ScriptedNode.Received second = await node.NextAsync();
        second.Send(CallStatus.Done, value: CounterContract.ValueOf(1));

        Assert.Equal(1, await add.WaitAsync(Bound.Time));
        Assert.Equal((first.Call.CommandId, 2), (second.Call.CommandId, second.Call.Attempt));
        Assert.NotSame(first.Connection, second.Connection);
    }

    [Fact]
    public async Task Call_SessionExpiredAtOnce_IsSentUnderANewSession()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task<long> add = Counter(client).AddAsync(1);
        ScriptedNode.Received first = await node.NextAsync();
        first.Send(CallStatus.SessionExpired);
        ScriptedNode.Received second = await node.NextAsync();
        second.Send(CallStatus.Done, value: CounterContract.ValueOf(1));

        Assert.Equal(1, await add.WaitAsync(Bound.Time));
        Assert.NotEqual(first.Call.CommandId.SessionNonce, second.Call.CommandId.SessionNonce);
    }

    [Fact]
    public async Task Call_Overloaded_ThrowsWithRetryAfter()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task<long> add = Counter(client).AddAsync(1);
        (await node.NextAsync()).Send(CallStatus.Overloaded, "4096 calls wait");

        DikeOverloadedException e = await Assert.ThrowsAsync<DikeOverloadedException>(() => add.WaitAsync(Bound.Time));
        Assert.True(e.RetryAfter > TimeSpan.Zero && e.IsTransient);
    }

    [Fact]
    public async Task Call_NoAnswer_TimesOutAsUnknownAndTheRetryUsesTheGivenIdOnce()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task<long> add = client.Get(CounterContract.Contract, "somekey", Soon).AddAsync(1);
        ScriptedNode.Received first = await node.NextAsync();
        DikeTimeoutException e = await Assert.ThrowsAsync<DikeTimeoutException>(() => add.WaitAsync(Bound.Time));
        Assert.Equal((Outcome.Unknown, first.Call.CommandId), (e.Outcome, e.CommandId));

        ICounter again = client.Get(CounterContract.Contract, "somekey", new DikeCallOptions { CommandId = e.CommandId });
        Task<long> query = again.ReadAsync();
        (await node.NextAsync()).Send(CallStatus.Done, value: CounterContract.ValueOf(0));
        await query;
        Task<long> retry = again.AddAsync(1);
        ScriptedNode.Received second = await node.NextAsync();
        second.Send(CallStatus.Done, value: CounterContract.ValueOf(1));
        await retry;
        Task<long> next = again.AddAsync(1);
        ScriptedNode.Received third = await node.NextAsync();
        third.Send(CallStatus.Done, value: CounterContract.ValueOf(2));
        await next;

        Assert.Equal(e.CommandId, second.Call.CommandId);
        Assert.NotEqual(e.CommandId, third.Call.CommandId);
    }

    [Fact]
    public async Task Call_TimeoutOfTheCall_TravelsAndCounts()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);
        var options = new DikeCallOptions { Timeout = TimeSpan.FromMilliseconds(150) };

        Task<long> add = client.Get(CounterContract.Contract, "somekey", options).AddAsync(1);

        Assert.InRange((await node.NextAsync()).Call.TimeoutMs, 1, 150);
        await Assert.ThrowsAsync<DikeTimeoutException>(() => add.WaitAsync(Bound.Time));
    }

    [Fact]
    public async Task Call_NodeHasNoQuorum_IsUnavailableNotAppliedNamingTheMember()
    {
        await using ScriptedNode node = Single();

        // The second answer leaves no attempt in flight when the deadline comes, which would make the outcome unknown.
        node.Answer = frame => frame is Call call
            ? new CallResult(call.Correlation, call.Attempt == 1 ? CallStatus.NoQuorum : CallStatus.Expired, Outcome.NotApplied, 0, "", "b and c do not answer", default)
            : null;
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        DikeUnavailableException e = await Assert.ThrowsAsync<DikeUnavailableException>(() => client.Get(CounterContract.Contract, "somekey", Soon).AddAsync(1).WaitAsync(Bound.Time));

        Assert.Equal(Outcome.NotApplied, e.Outcome);
        Assert.Contains("a: found the deadline passed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_CancelledInFlight_IsUnknownWithTheIdAndOthersGoOn()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);
        using var source = new CancellationTokenSource();

        Task<long> add = Counter(client).AddAsync(1, source.Token);
        Task<long> other = Counter(client).AddAsync(2);
        ScriptedNode.Received first = await node.NextAsync();
        ScriptedNode.Received second = await node.NextAsync();
        await source.CancelAsync();

        DikeCanceledException e = await Assert.ThrowsAsync<DikeCanceledException>(() => add.WaitAsync(Bound.Time));
        Assert.Equal((Outcome.Unknown, first.Call.CommandId, source.Token), (e.Outcome, e.CommandId, e.CancellationToken));
        Assert.True(add.IsCanceled);
        second.Send(CallStatus.Done, value: CounterContract.ValueOf(2));
        Assert.Equal(2, await other.WaitAsync(Bound.Time));
    }

    [Fact]
    public async Task Call_CancelledBefore_IsNotApplied()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        DikeCanceledException e = await Assert.ThrowsAsync<DikeCanceledException>(() => Counter(client).AddAsync(1, new CancellationToken(true)));

        Assert.Equal(Outcome.NotApplied, e.Outcome);
    }

    [Fact]
    public async Task Call_ArgumentsOverTheFrameLimit_ThrowBeforeSendingAndTheConnectionStays()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address], new DikeClientOptions { MaxFrameBytes = 4096 });
        ICounter counter = Counter(client);

        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => counter.StoreAsync(new byte[5000]));
        Assert.Contains("at most 4096 are allowed", e.Message, StringComparison.Ordinal);

        Task<long> add = counter.AddAsync(1);
        (await node.NextAsync()).Send(CallStatus.Done, value: CounterContract.ValueOf(1));
        Assert.Equal(1, await add.WaitAsync(Bound.Time));
    }

    [Fact]
    public async Task Call_AnswerIsNoValueOfThatType_IsAContractMismatchAndTheConnectionStays()
    {
        await using ScriptedNode node = Single();
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task<long> add = Counter(client).AddAsync(1);
        ScriptedNode.Received received = await node.NextAsync();
        received.Send(CallStatus.Done, outcome: Outcome.Applied, value: [1, 2]);

        ContractMismatchException e = await Assert.ThrowsAsync<ContractMismatchException>(() => add.WaitAsync(Bound.Time));
        Assert.Equal(Outcome.Applied, e.Outcome);
        Task<long> read = Counter(client).ReadAsync();
        ScriptedNode.Received next = await node.NextAsync();
        next.Send(CallStatus.Done, value: CounterContract.ValueOf(1));
        Assert.Equal(1, await read.WaitAsync(Bound.Time));
        Assert.Same(received.Connection, next.Connection);
    }

    [Fact]
    public async Task Call_ManyCallersAtOnce_EachGetsItsOwnAnswer()
    {
        await using ScriptedNode node = Single();
        node.Answer = frame => frame is Call call
            ? new CallResult(call.Correlation, CallStatus.Done, Outcome.Applied, 1, "", "", call.Arguments)
            : null;
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(caller => Task.Run(async () =>
        {
            ICounter counter = client.Get(CounterContract.Contract, $"key-{caller}");
            for (int number = 0; number < 100; number++)
            {
                long expected = (caller * 1000) + number;
                Assert.Equal(expected, await counter.AddAsync(expected));
            }
        }))).WaitAsync(Bound.Time);
    }

    [Fact]
    public async Task ConnectAsync_OneEndpointIsDead_UsesTheOther()
    {
        await using ScriptedNode node = Single();
        string dead;
        await using (var gone = new ScriptedNode("gone"))
        {
            dead = gone.Address;
        }

        await using DikeClient client = await DikeClient.ConnectAsync([dead, node.Address]);

        Assert.Equal(1, (await client.Admin.GetRoutingTableAsync()).Version);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_IsUnavailableWithinTheTimeoutNamingTheEndpoint()
    {
        string dead;
        await using (var gone = new ScriptedNode("gone"))
        {
            dead = gone.Address;
        }

        long start = Stopwatch.GetTimestamp();
        DikeUnavailableException e = await Assert.ThrowsAsync<DikeUnavailableException>(() => DikeClient.ConnectAsync([dead], Impatient).WaitAsync(Bound.Time));

        Assert.Contains($"{dead}: Connection refused", e.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) >= Impatient.Timeout);
    }

    [Fact]
    public async Task ConnectAsync_NodeRefuses_IsAConfigurationErrorWithItsReason()
    {
        await using var node = new ScriptedNode("a") { Refusal = "node 'a' belongs to cluster 'orders', not to 'billing'" };

        DikeConfigurationException e = await Assert.ThrowsAsync<DikeConfigurationException>(
            () => DikeClient.ConnectAsync([node.Address], new DikeClientOptions { Timeout = Impatient.Timeout, ClusterName = "billing" }).WaitAsync(Bound.Time));

        Assert.Contains("belongs to cluster 'orders', not to 'billing'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_MemberIsOfAnotherCluster_IsNeverAsked()
    {
        var other = new Guid("99999999-2222-3333-4444-555555555555");
        await using var a = new ScriptedNode("a");
        await using var b = new ScriptedNode("b", other);
        a.Table = ScriptedNode.TableOf("b", b);
        await using DikeClient client = await DikeClient.ConnectAsync([a.Address]);

        DikeUnavailableException e = await Assert.ThrowsAsync<DikeUnavailableException>(() => client.Get(CounterContract.Contract, "somekey", Soon).AddAsync(1).WaitAsync(Bound.Time));

        Assert.Contains($"belongs to cluster {other}, this client speaks to cluster {a.ClusterId}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_CallInFlight_EndsItAndFurtherCallsAreRefused()
    {
        await using ScriptedNode node = Single();
        DikeClient client = await DikeClient.ConnectAsync([node.Address]);
        Task<long> add = Counter(client).AddAsync(1);
        await node.NextAsync();

        await client.DisposeAsync();

        await Assert.ThrowsAsync<DikeCanceledException>(() => add.WaitAsync(Bound.Time));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Counter(client).AddAsync(1));
        await client.DisposeAsync();
    }

    private static ScriptedNode Single()
    {
        var node = new ScriptedNode("a");
        node.Table = ScriptedNode.TableOf("a", node);
        return node;
    }

    private static ICounter Counter(DikeClient client) => client.Get(CounterContract.Contract, "somekey");
}
