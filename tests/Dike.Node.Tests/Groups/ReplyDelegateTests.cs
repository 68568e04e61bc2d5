using Dike.Node.Groups;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>Delegates run at most once, on the process that holds the request, and their values live as long as that process.</summary>
public sealed class ReplyDelegateTests
{
    private readonly GroupHarness _harness = new(3);

    [Fact]
    public void Apply_From_StartsOnTheHolderOnlyAndAnswersAfterTheDelegate()
    {
        HarnessNode leader = _harness.ElectLeader();
        Attempt attempt = Submit(leader, _harness.NewCaller().Command(Ledger.AddFrom, 4));
        _harness.HashOfAll();
        Assert.False(attempt.IsAnswered);
        (HarnessNode node, _, ReplyWork work) = Assert.Single(_harness.Delegates);
        Assert.Same(leader, node);
        Assert.NotNull(work.Computation);

        _harness.RunDelegates();

        Assert.Equal((CallStatus.Done, Outcome.Applied, 40L), (attempt.Result.Status, attempt.Result.Outcome, Calls.Value(attempt.Result)));
        Assert.Equal(4, Calls.Value(_harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_RetriesOfAFrom_JoinTheDelegateAndLaterGetItsValue()
    {
        HarnessNode leader = _harness.ElectLeader();
        Call from = _harness.NewCaller().Command(Ledger.AddFrom, 4);
        Attempt first = Submit(leader, from);
        _harness.HashOfAll();
        Attempt retry = Submit(leader, from);
        _harness.RunDelegates();

        Assert.Equal([40L, 40L], new[] { first, retry }.Select(attempt => Calls.Value(attempt.Result)));
        Assert.Equal(40, Calls.Value(_harness.CallAt(leader, from)));
        Assert.Equal(1, _harness.DelegatesStarted);
    }

    [Fact]
    public void ReplyComputed_Failure_IsReplyFailedButApplied()
    {
        HarnessNode leader = _harness.ElectLeader();
        Call from = _harness.NewCaller().Command(Ledger.AddFrom, 4);
        Attempt first = Submit(leader, from);
        _harness.HashOfAll();
        leader.ReplyComputed(from.CommandId, null, "the mail server is gone");

        CallResult retry = _harness.CallAt(leader, from);

        Assert.All([first.Result, retry], result => Assert.Equal(
            (CallStatus.ReplyFailed, Outcome.Applied, "the mail server is gone"), (result.Status, result.Outcome, result.Message)));
        Assert.Equal(4, Calls.Value(_harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_RetryOfAFromAfterTheHolderDied_IsReplyFailedAndStartsNothing()
    {
        HarnessNode leader = _harness.ElectLeader();
        Call from = _harness.NewCaller().Command(Ledger.AddFrom, 4);
        Submit(leader, from);
        _harness.HashOfAll();
        _harness.Crash(leader);

        CallResult retry = _harness.CallLeader(from);

        Assert.Equal((CallStatus.ReplyFailed, Outcome.Applied), (retry.Status, retry.Outcome));
        Assert.Equal(1, _harness.DelegatesStarted);
        Assert.Equal(4, Calls.Value(_harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Start_RecoveryReplaysAFrom_StartsNoDelegateOfAnOlderBoot()
    {
        var alone = new GroupHarness(1);
        Call from = alone.NewCaller().Command(Ledger.AddFrom, 4);
        HarnessNode node = alone.ElectLeader();
        node.Submit(new Attempt(from), new Attempt(alone.NewCaller().Command(Ledger.AddThen, 1)));
        alone.Settle();
        Assert.Equal(2, alone.DelegatesStarted);
        alone.Crash(node);
        alone.Delegates.Clear();
        alone.Start(node);

        CallResult retry = alone.CallLeader(from);

        Assert.Empty(alone.Delegates);
        Assert.Equal((CallStatus.ReplyFailed, Outcome.Applied), (retry.Status, retry.Outcome));
        Assert.Equal(5, Calls.Value(alone.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_RetryOfAFromAtAFollower_IsLeftToTheLeaderThatHasTheValue()
    {
        HarnessNode leader = _harness.ElectLeader();
        Call from = _harness.NewCaller().Command(Ledger.AddFrom, 4);
        Submit(leader, from);
        _harness.HashOfAll();

        CallResult result = _harness.CallAt(_harness.Nodes.First(node => node != leader), from);

        Assert.Equal((CallStatus.NotLeader, leader.Name), (result.Status, result.Message));
    }

    [Fact]
    public void Apply_Then_AnswersAtOnceAndStartsOnTheHolderOnly()
    {
        HarnessNode leader = _harness.ElectLeader();
        CallResult result = _harness.CallAt(leader, _harness.NewCaller().Command(Ledger.AddThen, 4));
        CallResult rejected = _harness.CallAt(leader, _harness.NewCaller().Command(Ledger.RejectThen, 4));
        _harness.HashOfAll();

        Assert.Equal(4, Calls.Value(result));
        Assert.Equal(CallStatus.Rejected, rejected.Status);
        Assert.Equal(2, _harness.DelegatesStarted);
        Assert.All(_harness.Delegates, started => Assert.Same(leader, started.Node));
        Assert.All(_harness.Delegates, started => Assert.Null(started.Work.Computation));
    }

    [Fact]
    public void Apply_HolderLostTheLeadershipBeforeTheDecision_StillRunsTheDelegateOnce()
    {
        HarnessNode leader = _harness.ElectLeader();
        HarnessNode[] others = [.. _harness.Nodes.Where(node => node != leader)];
        Attempt attempt = Submit(leader, _harness.NewCaller().Command(Ledger.AddFrom, 4));
        while (_harness.Network.DeliverOne(_ => 0))
        {
            // The others have the command, but the leader does not hear of it.
        }

        _harness.Isolate(leader);
        _harness.RunUntil(() => others.Any(node => node.Core.IsLeader));
        _harness.HealAll();
        _harness.RunUntil(() => attempt.IsAnswered);
        _harness.HashOfAll();

        Assert.Equal(CallStatus.LeadershipLost, attempt.Result.Status);
        Assert.Same(leader, Assert.Single(_harness.Delegates).Node);
        _harness.RunDelegates();
        Assert.Equal(40, Calls.Value(_harness.CallAt(leader, attempt.Call)));
    }

    [Fact]
    public void Abandon_WhileTheDelegateRuns_AnswersNobody()
    {
        HarnessNode leader = _harness.ElectLeader();
        Attempt attempt = Submit(leader, _harness.NewCaller().Command(Ledger.AddFrom, 4));
        _harness.HashOfAll();
        leader.Abandon(attempt);
        _harness.RunDelegates();

        Assert.False(attempt.IsAnswered);
    }

    private static Attempt Submit(HarnessNode node, Call call)
    {
        var attempt = new Attempt(call);
        node.Submit(attempt);
        return attempt;
    }
}
