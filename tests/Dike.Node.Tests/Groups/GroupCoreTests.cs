using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>Commands through a group of 1, 3 and 5, and every answer that is not a value.</summary>
public sealed class GroupCoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Submit_Commands_AreAppliedInOrderOnAllReplicas(int nodes)
    {
        var harness = new GroupHarness(nodes);
        Caller caller = harness.NewCaller();

        Assert.Equal(15, Calls.Value(harness.CallLeader(caller.Command(Ledger.Add, 15))));
        Assert.Equal(16, Calls.Value(harness.CallLeader(caller.Command(Ledger.Add, 1))));
        Assert.Equal(8, Calls.Value(harness.CallLeader(caller.Command(Ledger.Divide, 2))));
        CallResult rejected = harness.CallLeader(caller.Command(Ledger.Divide, 0));
        CallResult read = harness.CallLeader(Calls.Query(Ledger.Read));

        Assert.Equal((CallStatus.Rejected, Outcome.Refused, "division-by-zero"), (rejected.Status, rejected.Outcome, rejected.Code));
        Assert.Equal("the divisor must not be 0", rejected.Message);
        Assert.Equal(8, Calls.Value(read));
        harness.HashOfAll();
        Assert.All(harness.Nodes, node => Assert.Equal(8, ((Ledger)node.Core.Peek("somekey")!).Value));
    }

    [Fact]
    public void Submit_ManyInOneTurn_ShareOneBatch()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        harness.Settle();
        int writes = leader.SyncedWrites;

        Attempt[] attempts = Attempts(harness.NewCaller(), 100);
        leader.Submit(attempts);
        leader.Sync();
        harness.RunUntil(() => attempts.All(attempt => attempt.IsAnswered));

        Assert.Equal([.. Enumerable.Range(1, 100).Select(i => (long)i)], attempts.Select(attempt => Calls.Value(attempt.Result)));
        Assert.InRange(leader.SyncedWrites - writes, 1, 3);
    }

    [Fact]
    public void EndTurn_MoreThanOneBatchHolds_ProposesSeveral()
    {
        var harness = new GroupHarness(3, options: new GroupOptions { MaxBatchBytes = 200 });
        HarnessNode leader = harness.ElectLeader();

        Attempt[] attempts = Attempts(harness.NewCaller(), 20);
        leader.Submit(attempts);
        harness.RunUntil(() => attempts.All(attempt => attempt.IsAnswered));

        Assert.Equal(20, Calls.Value(attempts[^1].Result));
        EntryBatch[] batches = [.. harness.Network.Sent.Select(packet => packet.Decode()).OfType<Accept>().SelectMany(accept => accept.Batches)];
        Assert.All(batches, batch => Assert.InRange(batch.Payload.Length, 0, 200));
        Assert.Contains(batches, batch => batch.Kind == EntryKind.Commands);
        harness.HashOfAll();
    }

    [Fact]
    public void Submit_AtAFollower_NamesTheLeader()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        HarnessNode follower = harness.Nodes.First(node => node != leader);

        CallResult command = harness.CallAt(follower, harness.NewCaller().Command(Ledger.Add, 1));
        CallResult query = harness.CallAt(follower, Calls.Query(Ledger.Read));

        Assert.Equal((CallStatus.NotLeader, Outcome.NotApplied, leader.Name), (command.Status, command.Outcome, command.Message));
        Assert.Equal((CallStatus.NotLeader, leader.Name), (query.Status, query.Message));
    }

    [Fact]
    public void Submit_WithoutALeader_SaysWhatIsKnownOfEachMember()
    {
        var harness = new GroupHarness(3);
        harness.ElectLeader();
        harness.Crash(harness.Nodes[0]);
        harness.Crash(harness.Nodes[1]);
        harness.Crash(harness.Nodes[2]);
        harness.Start(harness.Nodes[2]);

        CallResult result = harness.CallAt(harness.Nodes[2], harness.NewCaller().Command(Ledger.Add, 1));

        Assert.Equal((CallStatus.NoQuorum, Outcome.NotApplied), (result.Status, result.Outcome));
        Assert.Equal("No leader is known. Members: node-1 (not reachable), node-2 (not reachable), node-3 (this node).", result.Message);
    }

    [Fact]
    public void Submit_AtAFollowerWhoseLeaderIsGone_IsNoQuorum()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        HarnessNode[] others = [.. harness.Nodes.Where(node => node != leader)];
        harness.Crash(leader);
        harness.Crash(others[0]);

        CallResult result = harness.CallAt(others[1], harness.NewCaller().Command(Ledger.Add, 1));

        Assert.Equal((CallStatus.NoQuorum, Outcome.NotApplied), (result.Status, result.Outcome));
    }

    [Fact]
    public void Submit_AtALeaderThatReachesNoQuorum_GetsNoSlot()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        foreach (HarnessNode node in harness.Nodes.Where(node => node != leader))
        {
            harness.Crash(node);
        }

        Assert.True(leader.Core.IsLeader);
        CallResult command = harness.CallAt(leader, harness.NewCaller().Command(Ledger.Add, 1));
        CallResult query = harness.CallAt(leader, Calls.Query(Ledger.Read));

        Assert.Equal((CallStatus.NoQuorum, Outcome.NotApplied), (command.Status, command.Outcome));
        Assert.Equal(CallStatus.NoQuorum, query.Status);
        Assert.Equal(
            "This node leads the group but reaches no quorum. Members: node-1 (this node), node-2 (not reachable), node-3 (not reachable).", command.Message);
        Array.ForEach(harness.Nodes.Where(node => node != leader).ToArray(), harness.Start);
        Assert.Equal(0, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void FollowLeadership_LeaderIsReplaced_TellsThoseWhoWaitThatItIsUnknown()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        harness.Isolate(leader, unnoticed: true);
        var attempt = new Attempt(harness.NewCaller().Command(Ledger.Add, 1));
        leader.Submit(attempt);
        harness.RunUntil(() => harness.Nodes.Any(node => node != leader && node.Core.IsLeader));
        Assert.False(attempt.IsAnswered);

        harness.HealAll();
        harness.RunUntil(() => attempt.IsAnswered);

        Assert.Equal((CallStatus.LeadershipLost, Outcome.Unknown), (attempt.Result.Status, attempt.Result.Outcome));
    }

    [Fact]
    public void Submit_MoreThanMayBeInFlight_IsOverloadedAndNotApplied()
    {
        var harness = new GroupHarness(3, options: new GroupOptions { MaxInFlight = 3 });
        HarnessNode leader = harness.ElectLeader();
        Attempt[] attempts = Attempts(harness.NewCaller(), 5);

        leader.Submit(attempts);
        harness.RunUntil(() => attempts.All(attempt => attempt.IsAnswered));

        Assert.Equal(3, attempts.Count(attempt => attempt.Result.Status == CallStatus.Done));
        Assert.All(attempts[3..], attempt => Assert.Equal((CallStatus.Overloaded, Outcome.NotApplied), (attempt.Result.Status, attempt.Result.Outcome)));
        Assert.Equal(3, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_MoreBytesThanMayBeInFlight_IsOverloaded()
    {
        var harness = new GroupHarness(1, options: new GroupOptions { MaxInFlightBytes = 20 });
        Attempt[] attempts = Attempts(harness.NewCaller(), 3);

        harness.ElectLeader().Submit(attempts);
        harness.RunUntil(() => attempts.All(attempt => attempt.IsAnswered));

        Assert.Equal([CallStatus.Done, CallStatus.Done, CallStatus.Overloaded], attempts.Select(attempt => attempt.Result.Status));
    }

    [Fact]
    public void Submit_SessionWithTooManyOpenResults_IsOverloadedUntilItAcknowledges()
    {
        var harness = new GroupHarness(1, options: new GroupOptions { MaxOpenResults = 2 });
        Caller caller = harness.NewCaller();
        harness.CallLeader(caller.Command(Ledger.Add, 1));
        harness.CallLeader(caller.Command(Ledger.Add, 1));

        CallResult third = harness.CallLeader(caller.Command(Ledger.Add, 1));

        Assert.Equal(CallStatus.Overloaded, third.Status);
        Assert.Equal(CallStatus.Done, harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1)).Status);
    }

    [Fact]
    public void Submit_DeadlinePassedBeforeASlot_IsExpiredAndNeverApplied()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        Caller caller = harness.NewCaller();
        var late = new Attempt(caller.Command(Ledger.Add, 1, timeoutMs: 100));

        leader.SubmitSlowly(late, delayMs: 100);
        CallResult atOnce = harness.CallAt(leader, caller.Command(Ledger.Add, 1, timeoutMs: 0));

        Assert.Equal((CallStatus.Expired, Outcome.NotApplied), (late.Result.Status, late.Result.Outcome));
        Assert.Equal(CallStatus.Expired, atOnce.Status);
        Assert.Equal(0, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_CallThatDoesNotFitTheContract_IsRefusedBeforeASlot()
    {
        var harness = new GroupHarness(1, options: new GroupOptions { MaxCommandBytes = 100 });
        HarnessNode leader = harness.ElectLeader();
        Slot last = leader.Core.Applied;
        Call good = harness.NewCaller().Command(Ledger.Add, 1);

        Assert.Contains("runs 'Ledger'", Mismatch(good with { Machine = "Other" }), StringComparison.Ordinal);
        Assert.Contains("no method with the number 000003e7", Mismatch(good with { Method = 999 }), StringComparison.Ordinal);
        Assert.Contains("Ledger.Add is a command", Mismatch(good with { IsQuery = true }), StringComparison.Ordinal);
        Assert.Contains("Ledger.Read is a query", Mismatch(good with { Method = Ledger.Read }), StringComparison.Ordinal);
        Assert.Contains("at most 100", Mismatch(good with { Arguments = new byte[101] }), StringComparison.Ordinal);
        Assert.NotEmpty(Mismatch(good with { Key = "" }));
        Assert.NotEmpty(Mismatch(good with { Key = new string('k', 513) }));
        Assert.Contains("1 or more", Mismatch(good with { CommandId = CommandId.None }), StringComparison.Ordinal);
        Assert.Equal(last, leader.Core.Applied);

        string Mismatch(Call call)
        {
            CallResult result = harness.CallAt(leader, call);
            Assert.Equal((CallStatus.ContractMismatch, Outcome.NotApplied), (result.Status, result.Outcome));
            return result.Message;
        }
    }

    [Fact]
    public void Submit_ArgumentsThatCannotBeDecoded_AreDecidedAndRefusedOnAllReplicas()
    {
        var harness = new GroupHarness(3);
        CallResult result = harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1) with { Arguments = new byte[3] });

        Assert.Equal((CallStatus.ContractMismatch, Outcome.Refused), (result.Status, result.Outcome));
        harness.HashOfAll();
        Assert.All(harness.Nodes, node => Assert.Null(node.Core.Peek("somekey")));
    }

    [Theory]
    [InlineData(Ledger.AddThenThrow, "Failed", "thrown after a change")]
    [InlineData(Ledger.AddThenReject, "Rejected", "rejected after a change")]
    public void Submit_HandlerFailsAfterAChange_LeavesNoTraceOnAnyReplica(uint method, string status, string message)
    {
        var harness = new GroupHarness(3);
        Caller caller = harness.NewCaller();
        harness.CallLeader(caller.Command(Ledger.Append, 5));

        CallResult result = harness.CallLeader(caller.Command(method, 1000));

        Assert.Equal((status, Outcome.Refused, message), (result.Status.ToString(), result.Outcome, result.Message));
        harness.HashOfAll();
        Assert.All(harness.Nodes, node => Assert.Equal([5L], ((Ledger)node.Core.Peek("somekey")!).Tokens));
        Assert.All(harness.Nodes, node => Assert.Equal(0, ((Ledger)node.Core.Peek("somekey")!).Value));
    }

    [Fact]
    public void Receive_AfterTheReplicaHalted_TakesNothingMore()
    {
        var harness = new GroupHarness(1);
        HarnessNode leader = harness.ElectLeader();
        leader.Submit(new Attempt(harness.NewCaller().Command(Ledger.Exhaust, 1)));

        Assert.Throws<GroupHaltedException>(() => leader.Sync());
        Assert.Throws<InvariantViolatedException>(leader.Tick);
    }

    [Fact]
    public void Abandon_CallersConnectionIsGone_CommandsWithASlotGoOn()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        var attempt = new Attempt(harness.NewCaller().Command(Ledger.Add, 1));
        var query = new Attempt(Calls.Query(Ledger.Read));
        leader.Submit(attempt, query);
        leader.Abandon(attempt);
        leader.Abandon(query);

        Assert.Equal(1, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        Assert.False(attempt.IsAnswered);
        Assert.False(query.IsAnswered);
    }

    private static Attempt[] Attempts(Caller caller, int count) => [.. Enumerable.Range(0, count).Select(_ => new Attempt(caller.Command(Ledger.Add, 1)))];
}
