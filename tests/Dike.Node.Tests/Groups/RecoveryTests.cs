using Dike.Node.Groups;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A replica that read its log again has the state of one that never stopped; the same seed gives the same run.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public void Start_FromItsLog_HasTheStateOfOneThatNeverStopped()
    {
        var harness = new GroupHarness(3);
        Caller caller = harness.NewCaller();
        foreach (uint method in new[] { Ledger.Add, Ledger.AddThenThrow, Ledger.Append, Ledger.AddThenReject, Ledger.AddFrom, Ledger.AddThen })
        {
            var attempt = new Attempt(caller.Command(method, 3));
            harness.ElectLeader().Submit(attempt);
            harness.Settle();
            harness.RunDelegates();
            Assert.True(attempt.IsAnswered);
        }

        harness.CallLeader(caller.CommandWithoutArgument(Ledger.Draw));
        harness.CallLeader(caller.CommandWithoutArgument(Ledger.Draw, "other"));
        harness.CallLeader(caller.CommandWithoutArgument(Ledger.Forget, "other"));
        HarnessNode follower = harness.Nodes.First(node => node != harness.Leader);
        harness.Crash(follower);
        harness.Start(follower);

        harness.HashOfAll();
    }

    [Fact]
    public void Start_EveryReplicaAfterTheOther_RepeatsTheHashesOfTheFirstRun()
    {
        var harness = new GroupHarness(3);
        for (int i = 0; i < 5; i++)
        {
            harness.CallLeader(harness.NewCaller().Command(Ledger.Append, i));
            harness.HashOfAll();
        }

        Dictionary<long, string> first = harness.StateChecks.DistinctBy(check => check.Slot).ToDictionary(check => check.Slot, check => check.StateHash);
        harness.StateChecks.Clear();
        foreach (HarnessNode node in harness.Nodes)
        {
            harness.Crash(node);
            harness.Start(node);
            harness.RunUntil(() => node.Core.Applied.Value >= first.Keys.Max());
        }

        Assert.Equal(3 * first.Count, harness.StateChecks.Count(check => first.GetValueOrDefault(check.Slot) == check.StateHash));
    }

    [Fact]
    public void FindStateCheck_MoreThanAreKept_ForgetsTheOldest()
    {
        var harness = new GroupHarness(1);
        HarnessNode node = harness.ElectLeader();
        for (ulong id = 1; id <= StateChecks.Capacity + 1; id++)
        {
            node.RequestStateCheck(id);
        }

        harness.Settle();

        Assert.Null(node.Core.FindStateCheck(1));
        Assert.NotNull(node.Core.FindStateCheck(2));
        Assert.NotNull(node.Core.FindStateCheck(StateChecks.Capacity + 1));
    }

    [Fact]
    public void EndTurn_LeaderWhoseClockIsBehind_LogTimeDoesNotGoBack()
    {
        var harness = new GroupHarness(3);
        HarnessNode leader = harness.ElectLeader();
        leader.ClockSkew = TimeSpan.FromHours(1);
        Caller caller = harness.NewCaller();
        harness.CallAt(leader, caller.CommandWithoutArgument(Ledger.Draw));
        harness.Crash(leader);

        // The next leader proposes an hour earlier: a session that is new to it starts within the lead of log time all the same.
        CallResult result = harness.CallLeader(new Caller(harness.UtcTicks + TimeSpan.FromMinutes(30).Ticks, 77).Command(Ledger.Add, 1));
        harness.Start(leader);

        Assert.Equal(CallStatus.Done, result.Status);
        harness.HashOfAll();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomSchedule_SameSeed_GivesTheSameTrace(int seed)
    {
        var first = new RandomSchedule(seed);
        var second = new RandomSchedule(seed);
        first.Run();
        second.Run();

        Assert.NotEmpty(first.Harness.Trace.ToString());
        Assert.Equal(first.Harness.Trace.ToString(), second.Harness.Trace.ToString());
    }
}
