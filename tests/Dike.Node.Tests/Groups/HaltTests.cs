using Dike.Node.Groups;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A replica that stops tells everybody who waits, each once (the harness checks that), and never that a command was not applied if it may be.</summary>
public sealed class HaltTests
{
    private static readonly Call Breaking = Calls.Query(Ledger.ReadUndeclared, consistency: Consistency.Stale);
    private readonly GroupHarness _harness = new(3);

    [Fact]
    public void Halt_CallsInEveryStageOfWaiting_AllAreAnswered()
    {
        HarnessNode leader = _harness.ElectLeader();
        Caller caller = _harness.NewCaller();
        var computing = new Attempt(caller.Command(Ledger.AddFrom, 1));
        leader.Submit(computing);
        _harness.Settle();
        var proposed = new Attempt(caller.Command(Ledger.Add, 2));
        var retry = new Attempt(proposed.Call with { Correlation = 2 });
        var query = new Attempt(Calls.Query(Ledger.Read));
        leader.Submit(proposed, retry, query);
        var gathered = new Attempt(caller.Command(Ledger.Add, 3));
        var answeredInTurn = new Attempt(Calls.Query(Ledger.Read, consistency: Consistency.Stale));
        var breaking = new Attempt(Breaking);

        Assert.Throws<InvariantViolatedException>(() => leader.Submit(gathered, answeredInTurn, breaking));
        leader.Halt();

        Assert.All([computing, proposed, retry, gathered, answeredInTurn], attempt => AssertUnknown(attempt.Result));
        Assert.All([query, breaking], attempt => AssertNotHere(attempt.Result));
        Assert.Equal(2, retry.Result.Correlation);
    }

    [Fact]
    public void Halt_CommandThatCannotBeApplied_ItAndThoseOfItsBatchAreUnknown()
    {
        var harness = new GroupHarness(1);
        HarnessNode leader = harness.ElectLeader();
        Caller caller = harness.NewCaller();
        Attempt[] attempts = [.. new[] { Ledger.Add, Ledger.Exhaust, Ledger.Add }.Select(method => new Attempt(caller.Command(method, 1)))];
        leader.Submit(attempts);

        Assert.Throws<GroupHaltedException>(() => leader.Sync());
        leader.Halt();

        Assert.All(attempts, attempt => AssertUnknown(attempt.Result));
    }

    [Fact]
    public void Halt_QueryThatBreaksTheReplicaOnceItIsConfirmed_IsAnsweredToo()
    {
        HarnessNode leader = _harness.ElectLeader();
        _harness.Settle();
        var query = new Attempt(Breaking with { Consistency = Consistency.Linearizable });
        leader.Submit(query);

        Assert.Throws<InvariantViolatedException>(_harness.Settle);
        leader.Halt();

        AssertNotHere(query.Result);
    }

    [Fact]
    public void Halt_CallsThatWereAnsweredBefore_AreNotAnsweredAgain()
    {
        HarnessNode leader = _harness.ElectLeader();
        var done = new Attempt(_harness.NewCaller().Command(Ledger.Add, 1));
        var read = new Attempt(Calls.Query(Ledger.Read));
        var late = new Attempt(_harness.NewCaller().Command(Ledger.Add, 1, timeoutMs: 10));
        leader.Submit(done, read);
        leader.SubmitSlowly(late, delayMs: 20);
        _harness.RunUntil(() => done.IsAnswered && read.IsAnswered && late.IsAnswered);

        Assert.Throws<InvariantViolatedException>(() => leader.Submit(new Attempt(Breaking)));
        leader.Halt();

        Assert.Equal((CallStatus.Done, CallStatus.Done, CallStatus.Expired), (done.Result.Status, read.Result.Status, late.Result.Status));
    }

    [Fact]
    public void Halt_RetryAtTheNextLeader_FindsTheFirstResult()
    {
        HarnessNode leader = _harness.ElectLeader();
        Call add = _harness.NewCaller().Command(Ledger.Add, 5);
        Assert.Equal(5, Calls.Value(_harness.CallAt(leader, add)));
        Assert.Throws<InvariantViolatedException>(() => leader.Submit(new Attempt(Breaking)));
        leader.Halt();
        _harness.Crash(leader);

        Assert.Equal(5, Calls.Value(_harness.CallLeader(add)));
    }

    private static void AssertUnknown(CallResult result) => Assert.Equal((CallStatus.LeadershipLost, Outcome.Unknown), (result.Status, result.Outcome));

    private static void AssertNotHere(CallResult result) => Assert.Equal((CallStatus.NotLeader, Outcome.NotApplied), (result.Status, result.Outcome));
}
