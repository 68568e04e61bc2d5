using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A linearizable query sees every acknowledged command, whoever answers it; a stale one may lag, but not without having caught up once.</summary>
public sealed class QueryTests
{
    private readonly GroupHarness _harness = new(3);

    [Fact]
    public void Submit_QueryAtALeaderThatWasReplaced_IsNotAnsweredFromOldState()
    {
        HarnessNode old = _harness.ElectLeader();
        _harness.CallAt(old, _harness.NewCaller().Command(Ledger.Add, 1));
        _harness.Isolate(old, unnoticed: true);
        var query = new Attempt(Calls.Query(Ledger.Read, timeoutMs: 60_000));
        _harness.RunUntil(() => _harness.Nodes.Any(node => node != old && node.Core.IsLeader));
        HarnessNode next = _harness.Nodes.Single(node => node != old && node.Core.IsLeader);
        _harness.CallAt(next, _harness.NewCaller().Command(Ledger.Add, 10));
        Assert.True(old.Core.IsLeader);

        old.Submit(query);
        _harness.Settle();
        Assert.False(query.IsAnswered);
        _harness.HealAll();
        _harness.RunUntil(() => query.IsAnswered);

        Assert.Contains(query.Result.Status, new[] { CallStatus.NotLeader, CallStatus.NoQuorum });
        Assert.Equal(11, Calls.Value(_harness.CallLeader(Calls.Query(Ledger.Read))));
    }

    [Fact]
    public void Submit_QueryAtANewLeader_SeesWhatTheOldOneAcknowledged()
    {
        for (int round = 1; round <= 10; round++)
        {
            HarnessNode leader = _harness.ElectLeader();
            _harness.CallAt(leader, _harness.NewCaller().Command(Ledger.Add, 1));
            _harness.Crash(leader);
            _harness.RunUntil(() => _harness.Leader is not null);

            var query = new Attempt(Calls.Query(Ledger.Read));
            _harness.Leader!.Submit(query);
            _harness.RunUntil(() => query.IsAnswered);

            Assert.Equal(round, Calls.Value(query.Result));
            _harness.Start(leader);
        }
    }

    [Fact]
    public void Submit_QueryOnAnAbsentKey_SeesTheInitialStateAndStoresNothing()
    {
        Assert.Equal(0, Calls.Value(_harness.CallLeader(Calls.Query(Ledger.Read, "nobody"))));
        Assert.All(_harness.Nodes, node => Assert.Null(node.Core.Peek("nobody")));
    }

    [Fact]
    public void Submit_QueryThatThrows_FailsAndChangesNothing()
    {
        CallResult result = _harness.CallLeader(Calls.Query(Ledger.ReadThrows));

        Assert.Equal((CallStatus.Failed, Outcome.Refused), (result.Status, result.Outcome));
        Assert.Equal(("System.InvalidOperationException", "a query that throws"), (result.Code, result.Message));
        Assert.Equal(CallStatus.Done, _harness.CallLeader(Calls.Query(Ledger.Read)).Status);
    }

    [Theory]
    [InlineData(Consistency.Linearizable)]
    [InlineData(Consistency.Stale)]
    public void Submit_QueryThatExhaustsMemory_FailsAndHaltsNobody(Consistency consistency)
    {
        _harness.CallLeader(_harness.NewCaller().Command(Ledger.Add, 5));
        _harness.HashOfAll();
        Call query = Calls.Query(Ledger.ReadTooMuch, consistency: consistency) with { Arguments = BitConverter.GetBytes(int.MaxValue) };

        foreach (HarnessNode node in consistency == Consistency.Stale ? _harness.Nodes : [_harness.ElectLeader()])
        {
            CallResult result = _harness.CallAt(node, query);
            Assert.Equal((CallStatus.Failed, Outcome.Refused, "System.OutOfMemoryException"), (result.Status, result.Outcome, result.Code));
        }

        Assert.Equal(6, Calls.Value(_harness.CallLeader(_harness.NewCaller().Command(Ledger.Add, 1))));
        _harness.HashOfAll();
    }

    [Fact]
    public void Submit_QueryThatBreaksAnInvariant_StillStopsTheReplica()
    {
        HarnessNode leader = _harness.ElectLeader();
        _harness.HashOfAll();

        Assert.Throws<InvariantViolatedException>(() => leader.Submit(new Attempt(Calls.Query(Ledger.ReadUndeclared, consistency: Consistency.Stale))));
    }

    [Fact]
    public void Tick_QueryThatNobodyConfirms_ExpiresAtItsDeadline()
    {
        HarnessNode leader = _harness.ElectLeader();
        var query = new Attempt(Calls.Query(Ledger.Read, timeoutMs: 200));
        leader.Submit(query);
        long start = _harness.NowMs;
        while (!query.IsAnswered)
        {
            leader.Tick();
            _harness.NowMs += 50;
        }

        Assert.Equal((CallStatus.Expired, Outcome.NotApplied), (query.Result.Status, query.Result.Outcome));
        Assert.InRange(_harness.NowMs - start, 0, 300);
    }

    [Fact]
    public void Submit_StaleQueryAtAFollowerThatCaughtUp_IsAnswered()
    {
        HarnessNode leader = _harness.ElectLeader();
        _harness.CallAt(leader, _harness.NewCaller().Command(Ledger.Add, 5));
        _harness.HashOfAll();

        foreach (HarnessNode node in _harness.Nodes)
        {
            Assert.Equal(5, Calls.Value(_harness.CallAt(node, Calls.Query(Ledger.Read, consistency: Consistency.Stale))));
        }
    }

    [Fact]
    public void Submit_StaleQueryBeforeTheReplicaCaughtUpOnce_IsNotAnswered()
    {
        HarnessNode leader = _harness.ElectLeader();
        _harness.CallAt(leader, _harness.NewCaller().Command(Ledger.Add, 5));
        HarnessNode follower = _harness.Nodes.First(node => node != leader);
        _harness.Crash(follower);
        _harness.CallAt(leader, _harness.NewCaller().Command(Ledger.Add, 5));
        _harness.Isolate(follower);
        _harness.Start(follower);
        Call stale = Calls.Query(Ledger.Read, consistency: Consistency.Stale);

        Assert.Equal(CallStatus.NoQuorum, _harness.CallAt(follower, stale).Status);

        _harness.HealAll();
        _harness.RunUntil(() => follower.Core.Applied == leader.Core.Applied);
        Assert.Equal(10, Calls.Value(_harness.CallAt(follower, stale)));
    }

    [Fact]
    public void Submit_ArgumentsOfAQueryThatCannotBeDecoded_AreRefused() =>
        Assert.Equal(CallStatus.ContractMismatch, _harness.CallLeader(Calls.Query(Ledger.Read) with { Arguments = new byte[1] }).Status);
}
