using Dike.Wire;

namespace Dike.Tests.Client;

public sealed class AdminClientTests
{
    [Fact]
    public async Task CreateRingAsync_Created_ReturnsTheTableOnceEveryPartitionHasALeader()
    {
        await using var node = new ScriptedNode("a");
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        Task<RoutingTable> creating = client.Admin.CreateRingAsync("Counter", 1, 1);
        ScriptedNode.Received received = await node.NextAsync();
        var request = Assert.IsType<CreateRing>(received.Frame);
        node.Table = ScriptedNode.TableOf(null, node);
        received.Send(new RingCreated(request.Correlation, CallStatus.Done, Outcome.Applied, "", ""));
        node.Table = ScriptedNode.TableOf("a", node);

        RoutingTable table = await creating.WaitAsync(Bound.Time);
        Assert.Equal(("Counter", "Counter", 1, 1), (request.Name, request.Machine, request.Partitions, request.Replicas));
        Assert.Equal("a", table.Rings[0].Partitions[0].Leader);
    }

    [Fact]
    public async Task CreateRingAsync_Rejected_ThrowsTheDirectorysCode()
    {
        await using var node = new ScriptedNode("a");
        node.Answer = frame => frame is CreateRing create ? new RingCreated(create.Correlation, CallStatus.Rejected, Outcome.Refused, "other-numbers", "the ring has 8 partitions") : null;
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        CommandRejectedException e = await Assert.ThrowsAsync<CommandRejectedException>(() => client.Admin.CreateRingAsync("Counter", 16, 3).WaitAsync(Bound.Time));

        Assert.Equal(("other-numbers", "the ring has 8 partitions"), (e.RejectionCode, e.RejectionMessage));
    }

    [Fact]
    public async Task CreateRingAsync_NoLeaderComes_NamesThePartitionsAndSaysItWasCreated()
    {
        await using var node = new ScriptedNode("a");
        node.Answer = frame => frame is CreateRing create ? new RingCreated(create.Correlation, CallStatus.Done, Outcome.Applied, "", "") : null;
        node.Table = ScriptedNode.TableOf(null, node);
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address], new DikeClientOptions { Timeout = TimeSpan.FromSeconds(1) });

        DikeUnavailableException e = await Assert.ThrowsAsync<DikeUnavailableException>(() => client.Admin.CreateRingAsync("Counter", 1, 1).WaitAsync(Bound.Time));

        Assert.Contains("partitions without a leader: 0", e.Message, StringComparison.Ordinal);
        Assert.Equal(Outcome.Applied, e.Outcome);
    }

    [Fact]
    public async Task CreateRingAsync_NumbersOutOfRange_ThrowBeforeAnythingIsSent()
    {
        await using DikeClient client = DikeClient.Create(["127.0.0.1:1"], null);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.Admin.CreateRingAsync("m", 0, 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.Admin.CreateRingAsync("m", 4097, 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.Admin.CreateRingAsync("m", 1, 2));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Admin.CreateRingAsync("", 1, 1));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Admin.CreateRingAsync("m", 1, 1, new string('n', 257)));
    }

    [Fact]
    public async Task CompareReplicasAsync_OneMemberIsSilent_ItsRowIsNotCompared()
    {
        await using var node = new ScriptedNode("a");
        node.Table = ScriptedNode.TableOf("a", node);
        node.Answer = frame => frame is CompareReplicas compare
            ? new ReplicasCompared(compare.Correlation, CallStatus.Done, "", [new ReplicaCheck("a", 5, "aa"), new ReplicaCheck("b", null, null)])
            : null;
        await using DikeClient client = await DikeClient.ConnectAsync([node.Address]);

        IReadOnlyList<ReplicaCheck> checks = await client.Admin.CompareReplicasAsync("Counter", 0).WaitAsync(Bound.Time);

        Assert.Equal([true, false], checks.Select(check => check.IsCompared));
    }
}
