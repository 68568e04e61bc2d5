using System.Buffers.Binary;
using Dike.Node.Groups;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A reply that a later command gives: who waits is answered once, by whichever replica leads then; the ticket is replicated, the waiting is not.</summary>
public sealed class DeferredReplyTests
{
    private readonly GroupHarness _harness = QueueCaller.Harness(3);
    private readonly QueueCaller _consumer;
    private readonly QueueCaller _producer;

    public DeferredReplyTests()
    {
        _consumer = new QueueCaller(_harness);
        _producer = new QueueCaller(_harness);
    }

    [Fact]
    public void Defer_ThenALaterCommand_AnswersWithItsValue()
    {
        Attempt waiting = Wait(_consumer.Call("Dequeue"));
        Assert.False(waiting.IsAnswered);

        Assert.Equal(0, Int(_harness.CallLeader(_producer.Call("Enqueue", 42))));

        Assert.Equal((CallStatus.Done, Outcome.Applied, 42L), (waiting.Result.Status, waiting.Result.Outcome, Calls.Value(waiting.Result)));
        _harness.HashOfAll();
    }

    [Fact]
    public void Defer_SeveralWait_EachIsAnsweredInTurn()
    {
        Attempt[] waiting = [.. Enumerable.Range(0, 3).Select(_ => Wait(new QueueCaller(_harness).Call("Dequeue")))];
        foreach (long item in new long[] { 10, 20, 30 })
        {
            _harness.CallLeader(_producer.Call("Enqueue", item));
        }

        Assert.Equal([10, 20, 30], waiting.Select(attempt => Calls.Value(attempt.Result)));
        Assert.Equal(1, Int(_harness.CallLeader(_producer.Call("Enqueue", 40))));
    }

    [Fact]
    public void Defer_RetryWhileItIsOpen_JoinsTheWaitWithoutASlot()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Attempt first = Wait(dequeue);
        Dike.Paxos.Slot applied = _harness.Leader!.Core.Applied;
        Attempt retry = Wait(dequeue with { Correlation = 2 });
        Assert.Equal(applied, _harness.Leader.Core.Applied);

        _harness.CallLeader(_producer.Call("Enqueue", 42));

        Assert.Equal((42L, 42L), (Calls.Value(first.Result), Calls.Value(retry.Result)));
    }

    [Fact]
    public void Defer_RetryAfterCompletion_GetsTheValueAtEveryReplica()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Wait(dequeue);
        _harness.CallLeader(_producer.Call("Enqueue", 42));
        _harness.HashOfAll();

        Assert.All(_harness.Nodes, node => Assert.Equal(42, Calls.Value(_harness.CallAt(node, dequeue))));
    }

    [Fact]
    public void Defer_LeaderDies_TheRetryAtTheNextWaitsAndIsAnswered()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Wait(dequeue);
        _harness.Settle();
        _harness.Crash(_harness.Leader!);
        Attempt retry = Wait(dequeue);
        Assert.False(retry.IsAnswered);

        _harness.CallLeader(_producer.Call("Enqueue", 42));

        Assert.Equal(42, Calls.Value(retry.Result));
    }

    [Fact]
    public void Defer_LeaderIsReplaced_WhoWaitsIsSentOn()
    {
        HarnessNode old = _harness.ElectLeader();
        Attempt waiting = Wait(_consumer.Call("Dequeue"));
        _harness.Isolate(old);
        _harness.RunUntil(() => _harness.Nodes.Any(node => node != old && node.Core.IsLeader));
        _harness.HealAll();
        _harness.RunUntil(() => !old.Core.IsLeader);

        Assert.Equal((CallStatus.LeadershipLost, Outcome.Unknown), (waiting.Result.Status, waiting.Result.Outcome));
    }

    [Fact]
    public void Defer_RetryAtAFollower_IsSentElsewhereAsUnknown()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Wait(dequeue);
        _harness.HashOfAll();
        HarnessNode follower = _harness.Nodes.First(node => node != _harness.Leader);

        CallResult result = _harness.CallAt(follower, dequeue);

        Assert.Equal((CallStatus.LeadershipLost, Outcome.Unknown), (result.Status, result.Outcome));
    }

    [Fact]
    public void Defer_AllNodesRestart_TheTicketIsStillOpen()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Wait(dequeue);
        Array.ForEach(_harness.Nodes, _harness.Crash);
        Array.ForEach(_harness.Nodes, _harness.Start);
        Attempt retry = Wait(dequeue);

        _harness.CallLeader(_producer.Call("Enqueue", 42));

        Assert.Equal(42, Calls.Value(retry.Result));
    }

    [Fact]
    public void Defer_DeadlinePasses_EndsTheWaitButNotTheTicket()
    {
        Call dequeue = _consumer.Call("Dequeue") with { TimeoutMs = 1_000 };
        Attempt waiting = Wait(dequeue);
        _harness.RunUntil(() => waiting.IsAnswered);
        Assert.Equal((CallStatus.Expired, Outcome.Unknown), (waiting.Result.Status, waiting.Result.Outcome));

        Assert.Equal(0, Int(_harness.CallLeader(_producer.Call("Enqueue", 42))));

        Assert.Equal(42, Calls.Value(_harness.CallLeader(dequeue)));
    }

    [Fact]
    public void Defer_RetryWithoutTimeLeft_IsToldSoAtOnce()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Wait(dequeue);

        CallResult late = _harness.CallAt(_harness.Leader!, dequeue with { TimeoutMs = 0 });

        Assert.Equal((CallStatus.Expired, Outcome.Unknown), (late.Status, late.Outcome));
    }

    [Fact]
    public void Reject_OpenTicket_RefusesWhoWaits()
    {
        Attempt waiting = Wait(_consumer.Call("Dequeue"));

        Assert.Equal(1, Int(_harness.CallLeader(_producer.Call("Close"))));

        Assert.Equal((CallStatus.Rejected, "closed", "the queue was closed"), (waiting.Result.Status, waiting.Result.Code, waiting.Result.Message));
    }

    [Theory]
    [InlineData("EnqueueAndThrow", "Failed")]
    [InlineData("EnqueueAndReject", "Rejected")]
    public void Complete_ByACommandThatFails_LeavesTheTicketOpen(string method, string status)
    {
        Attempt waiting = Wait(_consumer.Call("Dequeue"));
        Assert.Equal(status, _harness.CallLeader(_producer.Call(method, 1)).Status.ToString());
        Assert.False(waiting.IsAnswered);

        _harness.CallLeader(_producer.Call("Enqueue", 2));

        Assert.Equal(2, Calls.Value(waiting.Result));
        _harness.HashOfAll();
    }

    [Fact]
    public void Defer_ByACommandThatFails_LeavesNoTicket()
    {
        Assert.Equal(CallStatus.Failed, _harness.CallLeader(_consumer.Call("DequeueAndThrow")).Status);

        Assert.Equal(1, Int(_harness.CallLeader(_producer.Call("Enqueue", 1))));
    }

    [Fact]
    public void Complete_Twice_TheSecondIsFalse()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Attempt waiting = Wait(dequeue);
        byte[] ticket = OnlyTicket();

        Assert.Equal([true, false], Flags(_harness.CallLeader(_producer.Call("CompleteTwice", ticket, Calls.Arguments(7)))));
        Assert.Equal([false, false], Flags(_harness.CallLeader(_producer.Call("CompleteTwice", ticket, Calls.Arguments(9)))));

        Assert.Equal(7, Calls.Value(waiting.Result));
        Assert.Equal(7, Calls.Value(_harness.CallLeader(dequeue)));
    }

    [Fact]
    public void Complete_TicketWithAnotherSlot_IsFalse()
    {
        Wait(_consumer.Call("Dequeue"));
        byte[] ticket = OnlyTicket();
        ticket[^1] ^= 1;

        Assert.Equal([false, false], Flags(_harness.CallLeader(_producer.Call("CompleteTwice", ticket, Calls.Arguments(7)))));
    }

    [Fact]
    public void Complete_TicketOfAnExpiredSession_IsFalseAndTheNextIsServed()
    {
        GroupHarness harness = QueueCaller.Harness(3, new GroupOptions { SessionExpiry = TimeSpan.FromMinutes(10) });
        harness.ElectLeader().Submit(new Attempt(new QueueCaller(harness).Call("Dequeue")));
        harness.Settle();
        harness.NowMs += 11 * 60_000;
        var second = new Attempt(new QueueCaller(harness).Call("Dequeue"));
        harness.ElectLeader().Submit(second);
        harness.Settle();

        harness.CallLeader(new QueueCaller(harness).Call("Enqueue", 42));

        Assert.Equal(42, Calls.Value(second.Result));
        harness.HashOfAll();
    }

    [Fact]
    public void Halt_WhoWaitsForADeferredReply_IsAnsweredUnknown()
    {
        Attempt waiting = Wait(_consumer.Call("Dequeue"));

        _harness.Leader!.Halt();

        Assert.Equal((CallStatus.LeadershipLost, Outcome.Unknown), (waiting.Result.Status, waiting.Result.Outcome));
    }

    [Fact]
    public void Abandon_WhoWaits_IsForgottenAndTheTicketCompletes()
    {
        Call dequeue = _consumer.Call("Dequeue");
        Attempt gone = Wait(dequeue);
        _harness.Leader!.Abandon(gone);

        _harness.CallLeader(_producer.Call("Enqueue", 42));

        Assert.False(gone.IsAnswered);
        Assert.Equal(42, Calls.Value(_harness.CallLeader(dequeue)));
    }

    [Fact]
    public void Submit_DeferredRepliesFillTheLimit_OneMoreIsOverload()
    {
        GroupHarness harness = QueueCaller.Harness(1, new GroupOptions { MaxInFlight = 1 });
        harness.ElectLeader().Submit(new Attempt(new QueueCaller(harness).Call("Dequeue")));
        harness.Settle();

        Assert.Equal(CallStatus.Overloaded, harness.CallLeader(new QueueCaller(harness).Call("Dequeue")).Status);
    }

    private Attempt Wait(Call call)
    {
        var attempt = new Attempt(call);
        _harness.ElectLeader().Submit(attempt);
        _harness.Settle();
        return attempt;
    }

    /// <summary>The encoded ticket of the only one who waits.</summary>
    private byte[] OnlyTicket()
    {
        ReadOnlyMemory<byte> list = _harness.CallLeader(QueueCaller.Query("Waiting")).Value;
        Assert.Equal(1, BinaryPrimitives.ReadInt32LittleEndian(list.Span));
        return list[sizeof(int)..].ToArray();
    }

    private static int Int(CallResult result) => BinaryPrimitives.ReadInt32LittleEndian(result.Value.Span);

    private static bool[] Flags(CallResult result) => [.. result.Value.ToArray()[sizeof(int)..].Select(flag => flag == 1)];
}
