using Dike.Node.Groups;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A command takes effect once, however often and wherever it is sent, and every retry gets the first answer.</summary>
public sealed class ExactlyOnceTests
{
    [Fact]
    public void Submit_RetryAfterTheAnswerWasLost_GetsTheFirstAnswerWithoutASlot()
    {
        var harness = new GroupHarness(3);
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        CallResult first = harness.CallLeader(add);
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1));
        Dike.Paxos.Slot applied = harness.Leader!.Core.Applied;

        CallResult retry = harness.CallLeader(add with { Attempt = 2 });

        Assert.Equal((first.Status, first.Slot, 15L), (retry.Status, retry.Slot, Calls.Value(retry)));
        Assert.Equal(applied, harness.Leader.Core.Applied);
    }

    [Fact]
    public void Submit_RetryAtAFollowerThatAppliedIt_GetsTheFirstAnswer()
    {
        var harness = new GroupHarness(3);
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        harness.CallLeader(add);
        harness.HashOfAll();

        foreach (HarnessNode node in harness.Nodes)
        {
            Assert.Equal(15, Calls.Value(harness.CallAt(node, add)));
        }
    }

    [Fact]
    public void Submit_RetryWhileTheFirstWaits_JoinsItAndBothAreAnswered()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        Attempt[] attempts = [new(add), new(add), new(add)];

        leader.Submit(attempts[0], attempts[1]);
        leader.Submit(attempts[2]);
        harness.RunUntil(() => attempts.All(attempt => attempt.IsAnswered));

        Assert.All(attempts, attempt => Assert.Equal(15, Calls.Value(attempt.Result)));
        Assert.Single(attempts.Select(attempt => attempt.Result.Slot).Distinct());
    }

    [Fact]
    public void Submit_MoreRetriesThanAreKept_TheLatestAreAnswered()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        Attempt[] attempts = [.. Enumerable.Range(0, TicketList.Capacity + 3).Select(_ => new Attempt(add))];

        leader.Submit(attempts);
        harness.Settle();

        Assert.All(attempts[..3], attempt => Assert.False(attempt.IsAnswered));
        Assert.All(attempts[3..], attempt => Assert.Equal(15, Calls.Value(attempt.Result)));
    }

    [Fact]
    public void Submit_RetryAtTheNextLeaderAfterACrash_IsNotExecutedTwice()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        harness.CallAt(leader, add);
        harness.Crash(leader);

        CallResult retry = harness.CallLeader(add);

        Assert.Equal(15, Calls.Value(retry));
        Assert.Equal(15, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_SameCommandDecidedUnderTwoLeaders_ExecutesOnce()
    {
        var harness = new GroupHarness(3);
        HarnessNode first = harness.ElectLeader();
        Call add = harness.NewCaller().Command(Ledger.Add, 15);

        // The first leader's Accept reaches the others and is synced there, but the leader is gone before it knows.
        first.Submit(new Attempt(add));
        while (harness.Network.DeliverOne(_ => 0))
        {
            // Only deliveries: the others have it, unsynced.
        }

        foreach (HarnessNode node in harness.Nodes.Where(node => node != first))
        {
            node.Sync();
        }

        harness.Crash(first);

        // The next leader does not know the result while it is still catching up: the retry gets a slot of its own.
        HarnessNode second = harness.ElectLeader();
        CallResult retry = harness.CallAt(second, add);
        harness.Start(first);

        Assert.Equal(15, Calls.Value(retry));
        Assert.Equal(15, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        harness.HashOfAll();
    }

    [Fact]
    public void Submit_RetryAfterAllNodesRestarted_GetsTheFirstAnswer()
    {
        var harness = new GroupHarness(3);
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        CallResult first = harness.CallLeader(add);
        Array.ForEach(harness.Nodes, harness.Crash);
        Array.ForEach(harness.Nodes, harness.Start);

        CallResult retry = harness.CallLeader(add);

        Assert.Equal((first.Slot, 15L), (retry.Slot, Calls.Value(retry)));
    }

    [Fact]
    public void Submit_RetryOfARefusedCommand_GetsTheSameRefusal()
    {
        var harness = new GroupHarness(3);
        Caller caller = harness.NewCaller();
        Call divide = caller.Command(Ledger.Divide, 0);
        Call fail = caller.Command(Ledger.AddThenThrow, 1);
        CallResult rejected = harness.CallLeader(divide);
        CallResult failed = harness.CallLeader(fail);
        harness.Crash(harness.Leader!);

        CallResult rejectedAgain = harness.CallLeader(divide);
        CallResult failedAgain = harness.CallLeader(fail);

        Assert.Equal((rejected.Status, rejected.Slot, rejected.Code, rejected.Message), (rejectedAgain.Status, rejectedAgain.Slot, rejectedAgain.Code, rejectedAgain.Message));
        Assert.Equal((failed.Status, failed.Slot, failed.Code), (failedAgain.Status, failedAgain.Slot, failedAgain.Code));
    }

    [Fact]
    public void Submit_SequenceThatWasAcknowledged_IsAlreadyAnswered()
    {
        var harness = new GroupHarness(3);
        Caller caller = harness.NewCaller();
        Call add = caller.Command(Ledger.Add, 15);
        harness.CallLeader(add);
        caller.AnsweredUpTo = 1;
        harness.CallLeader(caller.Command(Ledger.Add, 1));

        CallResult late = harness.CallLeader(add);

        Assert.Equal((CallStatus.AlreadyAnswered, Outcome.Unknown), (late.Status, late.Outcome));
        Assert.Equal(16, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_CommandThatAcknowledgesItself_IsAlreadyAnswered()
    {
        var harness = new GroupHarness(1);
        CallResult result = harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 15) with { AnsweredUpTo = 1 });

        Assert.Equal(CallStatus.AlreadyAnswered, result.Status);
        Assert.Equal(0, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Apply_SessionUnusedForTooLong_IsExpiredAndItsRetryIsNotExecuted()
    {
        var harness = new GroupHarness(3, options: new GroupOptions { SessionExpiry = TimeSpan.FromMinutes(10) });
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        harness.CallLeader(add);
        harness.NowMs += 11 * 60_000;
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1));

        CallResult retry = harness.CallLeader(add);

        Assert.Equal((CallStatus.SessionExpired, Outcome.Unknown), (retry.Status, retry.Outcome));
        Assert.Equal(16, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
        harness.HashOfAll();
    }

    [Fact]
    public void Apply_ReplicasConfiguredWithDifferentExpiry_DropTheSameSessions()
    {
        var harness = new GroupHarness(3, options: new GroupOptions { SessionExpiry = TimeSpan.FromMinutes(10) });
        HarnessNode other = harness.Nodes[2];
        Call add = harness.NewCaller().Command(Ledger.Add, 15);
        harness.CallLeader(add);
        harness.Crash(other);
        other.Options = new GroupOptions { SessionExpiry = TimeSpan.FromDays(1) };
        harness.Start(other);
        harness.NowMs += 11 * 60_000;
        harness.CallLeader(harness.NewCaller().Command(Ledger.Add, 1));

        harness.HashOfAll();
    }

    [Fact]
    public void Submit_SessionThatStartsFarInTheFuture_IsRefused()
    {
        var harness = new GroupHarness(1);
        var caller = new Caller(harness.UtcTicks + TimeSpan.FromHours(1).Ticks, 5);

        Assert.Equal(CallStatus.SessionExpired, harness.CallLeader(caller.Command(Ledger.Add, 1)).Status);
        Assert.Equal(0, Calls.Value(harness.CallLeader(Calls.Query(Ledger.Read))));
    }
}
