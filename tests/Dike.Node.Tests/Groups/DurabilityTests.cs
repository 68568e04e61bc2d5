using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>Nothing that depends on a write leaves before the write is synced, and what was answered survives any crash.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public void Sync_HeldOnAFollower_NoPromiseLeavesIt()
    {
        var harness = new GroupHarness(3);
        HarnessNode held = harness.Nodes[1];
        held.HoldsSync = true;
        harness.RunUntil(() => harness.Leader is not null);

        Assert.Contains(harness.Network.Sent, packet => packet.To == held.Id && packet.Decode() is Prepare);
        Assert.DoesNotContain(harness.Network.Sent, packet => packet.From == held.Id && packet.Decode() is Promise or Accepted);

        held.HoldsSync = false;
        harness.RunUntil(() => harness.Network.Sent.Any(packet => packet.From == held.Id && packet.Decode() is Promise));
    }

    [Fact]
    public void Sync_HeldOnAFollower_NoAcceptedLeavesIt()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        harness.HashOfAll();
        HarnessNode held = harness.Nodes.First(node => node != leader);
        int sent = harness.Network.Sent.Count;
        held.HoldsSync = true;

        harness.CallAt(leader, harness.NewCaller().Command(Ledger.Add, 1));

        Assert.Contains(harness.Network.Sent.Skip(sent), packet => packet.To == held.Id && packet.Decode() is Accept);
        Assert.DoesNotContain(harness.Network.Sent.Skip(sent), packet => packet.From == held.Id && packet.Decode() is Accepted);
        Assert.True(held.HasUnsynced);
    }

    [Fact]
    public void Sync_HeldOnTheCandidate_NoPrepareLeavesIt()
    {
        var harness = new GroupHarness(3);
        Array.ForEach(harness.Nodes, node => node.HoldsSync = true);
        for (int i = 0; i < 100; i++)
        {
            harness.Settle();
            harness.TickAll();
        }

        Assert.Contains(harness.Nodes, node => node.HasUnsynced);
        Assert.DoesNotContain(harness.Network.Sent, packet => packet.Decode() is Prepare or Promise);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public void Sync_HeldOnAMajority_NoAnswerLeavesUntilItIsDone(int nodes, int holding)
    {
        var harness = new GroupHarness(nodes);
        HarnessNode leader = harness.ElectLeader();
        harness.HashOfAll();
        HarnessNode[] held = [.. harness.Nodes.OrderBy(node => node == leader).TakeLast(holding)];
        Array.ForEach(held, node => node.HoldsSync = true);
        var attempt = new Attempt(harness.NewCaller().Command(Ledger.Add, 1));

        leader.Submit(attempt);
        harness.Settle();

        Assert.False(attempt.IsAnswered);
        Assert.Null(leader.Core.Peek("somekey"));
        held[0].HoldsSync = false;
        harness.RunUntil(() => attempt.IsAnswered);
        Assert.Equal(CallStatus.Done, attempt.Result.Status);
    }

    [Fact]
    public void Sync_HeldOnTheLeaderOnly_TheOthersDecide()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        harness.HashOfAll();
        leader.HoldsSync = true;

        Assert.Equal(CallStatus.Done, harness.CallAt(leader, harness.NewCaller().Command(Ledger.Add, 1)).Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Crash_AllUnsyncedWritesAreDropped_NoAnsweredCommandIsLost(int nodes)
    {
        var harness = new GroupHarness(nodes);
        Caller caller = harness.NewCaller();
        var answered = new List<long>();
        for (long token = 1; token <= 30; token++)
        {
            HarnessNode leader = harness.ElectLeader();
            var attempt = new Attempt(caller.Command(Ledger.Append, token));
            leader.Submit(attempt);

            // As little progress as an answer needs, so that as much as possible is unsynced when all fall.
            for (int step = 0; !attempt.IsAnswered; step++)
            {
                harness.Nodes[step % nodes].Sync();
                harness.Network.DeliverOne(count => step % count);
            }

            answered.Add(token);
            Array.ForEach(harness.Nodes, harness.Crash);
            Array.ForEach(harness.Nodes, harness.Start);
        }

        Assert.Equal(answered, Calls.Values(harness.CallLeader(Calls.Query(Ledger.ReadTokens))));
        harness.HashOfAll();
    }

    [Fact]
    public void Crash_BeforeTheSyncOfAProposal_TheCommandIsNotAnsweredAndMayBeLost()
    {
        var harness = new GroupHarness(1);
        HarnessNode node = harness.ElectLeader();
        var attempt = new Attempt(harness.NewCaller().Command(Ledger.Add, 1));
        node.Submit(attempt);
        harness.Crash(node);
        harness.Start(node);

        Assert.Equal(0, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        Assert.False(attempt.IsAnswered);
    }
}
