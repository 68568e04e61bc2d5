using Dike.Client;
using Dike.Wire;

namespace Dike.Tests.Client;

/// <summary>One command from beginning to end: ids, retries, outcomes. Links and routes are in ClientCoreRoutingTests.</summary>
public sealed class ClientCoreTests
{
    private static readonly RoutingTable Three = FakeShell.Table("a", 1, "a", "b", "c");

    [Fact]
    public void Begin_BeforeAnythingIsKnown_ConnectsGreetsAsksForRoutesAndSends()
    {
        var shell = new FakeShell("a");

        long id = shell.Begin();
        Assert.Equal(["a:1"], shell.Connects);
        shell.Settle(Three);

        Call call = shell.TakeCall("a");
        Assert.Equal((7, 1, 5000, 0ul), (call.Group, call.Attempt, call.TimeoutMs, call.AnsweredUpTo));
        Assert.Equal(1ul, call.CommandId.Sequence);
        Assert.Equal(FakeShell.NodeTicks, call.CommandId.SessionStart);
        shell.Answer("a", call, CallStatus.Done, outcome: Outcome.Applied);
        Assert.IsType<CallResult>(shell.Ended[id].Reply);
        Assert.Equal(0, shell.Core.Count);
    }

    [Fact]
    public void OnAnswer_NotLeaderWithHint_AsksTheHintUnderTheSameIdAndRemembersIt()
    {
        FakeShell shell = Ready();
        shell.Begin();
        Call first = shell.TakeCall("a");

        shell.Answer("a", first, CallStatus.NotLeader, "b");
        shell.Settle(Three);

        Call second = shell.TakeCall("b");
        Assert.Equal(first.CommandId, second.CommandId);
        Assert.Equal(2, second.Attempt);
        shell.Answer("b", second, CallStatus.Done, outcome: Outcome.Applied);
        shell.Begin();
        shell.TakeCall("b");
    }

    [Fact]
    public void OnAnswer_TwoNodesNameEachOther_IsBoundedAndEndsAsNotApplied()
    {
        FakeShell shell = Ready();
        long id = shell.Begin();

        int attempts = 0;
        while (!shell.Ended.ContainsKey(id))
        {
            while (shell.Sent.Find(sent => sent.Frame is Call) is { Frame: Call call } sent)
            {
                shell.Sent.Remove(sent);
                string node = sent.Address[..1];
                shell.Answer(node, call, CallStatus.NotLeader, node == "a" ? "b" : "a");
                shell.Settle(Three);
                Assert.True(++attempts < 500, "the redirects have no bound");
            }

            shell.Advance(TimeSpan.FromMilliseconds(10), Three);
        }

        DikeUnavailableException error = shell.Error<DikeUnavailableException>(id);
        Assert.Equal(Outcome.NotApplied, error.Outcome);
        Assert.Contains("does not lead, says 'b' does", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnDown_InFlight_RetriesAtAnotherMemberUnderTheSameId()
    {
        FakeShell shell = Ready();
        long id = shell.Begin();
        Call first = shell.TakeCall("a");

        shell.Down("a");
        shell.Settle(Three);

        Call second = shell.TakeCall("b");
        Assert.Equal(first.CommandId, second.CommandId);
        shell.Answer("b", second, CallStatus.Rejected, "no", "nope", Outcome.Refused);
        CommandRejectedException error = shell.Error<CommandRejectedException>(id);
        Assert.Equal(("nope", "no", Outcome.Refused, first.CommandId), (error.RejectionCode, error.RejectionMessage, error.Outcome, error.CommandId));
    }

    [Theory]
    [InlineData(CallStatus.NoQuorum)]
    [InlineData(CallStatus.UnknownGroup)]
    [InlineData(CallStatus.LeadershipLost)]
    [InlineData(CallStatus.NotLeader)]
    public void OnAnswer_CannotServeHere_AsksAllMembersThenPausesAndAsksAgain(object boxed)
    {
        var status = (CallStatus)boxed;
        FakeShell shell = Ready();
        shell.Begin();
        CommandId id = default;
        foreach (string node in (string[])["a", "b", "c"])
        {
            Call call = shell.TakeCall(node);
            id = id == default ? call.CommandId : id;
            Assert.Equal(id, call.CommandId);
            shell.Answer(node, call, status);
            shell.Settle(Three);
        }

        Assert.DoesNotContain(shell.Sent, sent => sent.Frame is Call);
        shell.Advance(TimeSpan.FromMilliseconds(100), Three);
        Assert.Equal(id, shell.TakeCall("a").CommandId);
    }

    [Theory]
    [InlineData(false, Outcome.NotApplied)]
    [InlineData(true, Outcome.Unknown)]
    public void Tick_DeadlineAfterNoQuorum_OutcomeDependsOnLostAttempts(bool isLost, Outcome expected)
    {
        FakeShell shell = Ready();
        long id = shell.Begin();
        shell.Answer("a", shell.TakeCall("a"), isLost ? CallStatus.LeadershipLost : CallStatus.NoQuorum, "b and c are gone");

        // Everybody else has no quorum either, for good.
        while (!shell.Ended.ContainsKey(id))
        {
            shell.Settle(Three);
            while (shell.Sent.Find(sent => sent.Frame is Call) is { Frame: Call call } sent)
            {
                shell.Sent.Remove(sent);
                shell.Answer(sent.Address[..1], call, CallStatus.NoQuorum, "b and c are gone");
            }

            shell.Advance(TimeSpan.FromMilliseconds(20), Three);
        }

        DikeException error = Assert.IsAssignableFrom<DikeException>(shell.Ended[id].Error);
        Assert.Equal(isLost ? DikeErrorCode.Timeout : DikeErrorCode.Unavailable, error.Code);
        Assert.Equal(expected, error.Outcome);
        Assert.Contains("a: reaches no quorum: b and c are gone", error.Message, StringComparison.Ordinal);
        Assert.True(shell.Now - TimeSpan.FromHours(1) < TimeSpan.FromSeconds(5.1));
    }

    [Fact]
    public void Tick_DeadlineInFlight_TimesOutAsUnknownWithTheId()
    {
        FakeShell shell = Ready();
        long id = shell.Begin(FakeShell.Command(seconds: 0.5));
        Call call = shell.TakeCall("a");

        shell.Advance(TimeSpan.FromSeconds(0.5));

        DikeTimeoutException error = shell.Error<DikeTimeoutException>(id);
        Assert.Equal((Outcome.Unknown, call.CommandId), (error.Outcome, error.CommandId));
        Assert.Contains(call.CommandId.ToString(), error.Message, StringComparison.Ordinal);
        shell.Answer("a", call, CallStatus.Done, outcome: Outcome.Applied);
        Assert.Single(shell.Ended);
    }

    [Fact]
    public void OnAnswer_Expired_SendsNothingMoreAndEndsNotApplied()
    {
        FakeShell shell = Ready();
        long id = shell.Begin();

        shell.Answer("a", shell.TakeCall("a"), CallStatus.Expired);
        shell.Advance(TimeSpan.FromSeconds(5), Three);

        Assert.DoesNotContain(shell.Sent, sent => sent.Frame is Call);
        Assert.Equal(Outcome.NotApplied, shell.Error<DikeUnavailableException>(id).Outcome);
    }

    [Fact]
    public void Tick_QueryDeadlineInFlight_ChangedNothing()
    {
        FakeShell shell = Ready();
        long id = shell.Begin(FakeShell.Query());
        Call call = shell.TakeCall("a");
        Assert.Equal((CommandId.None, 0ul), (call.CommandId, call.AnsweredUpTo));

        shell.Advance(TimeSpan.FromSeconds(5), Three);

        Assert.Equal(Outcome.NotApplied, shell.Error<DikeTimeoutException>(id).Outcome);
    }

    [Fact]
    public void OnAnswer_OverloadedOnFirstAttempt_EndsNotAppliedAtOnce()
    {
        FakeShell shell = Ready();
        long id = shell.Begin();

        shell.Answer("a", shell.TakeCall("a"), CallStatus.Overloaded, "queue full");

        DikeOverloadedException error = shell.Error<DikeOverloadedException>(id);
        Assert.Equal(Outcome.NotApplied, error.Outcome);
        Assert.True(error.RetryAfter > TimeSpan.Zero);
        Assert.Contains("queue full", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnAnswer_OverloadedAfterALostAttempt_NeverClaimsNotApplied()
    {
        FakeShell shell = Ready();
        long id = shell.Begin(FakeShell.Command(seconds: 0.1));
        shell.TakeCall("a");
        shell.Down("a");
        shell.Settle(Three);

        shell.Answer("b", shell.TakeCall("b"), CallStatus.Overloaded);
        Assert.Empty(shell.Ended);
        shell.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(Outcome.Unknown, shell.Error<DikeTimeoutException>(id).Outcome);
    }

    [Fact]
    public void Begin_OverMaxInFlight_FailsAtOnceAndTheOthersGoOn()
    {
        var shell = new FakeShell(2, "a");
        shell.Begin();
        shell.Begin();

        long third = shell.Begin();

        Assert.Equal(Outcome.NotApplied, shell.Error<DikeOverloadedException>(third).Outcome);
        Assert.Equal(2, shell.Core.Count);
    }

    [Fact]
    public void OnAnswer_ContractMismatchAfterALostAttempt_IsUnknown()
    {
        FakeShell shell = Ready();
        long id = shell.Begin();
        shell.TakeCall("a");
        shell.Down("a");
        shell.Settle(Three);

        shell.Answer("b", shell.TakeCall("b"), CallStatus.ContractMismatch, "no method 1");

        Assert.Equal(Outcome.Unknown, shell.Error<ContractMismatchException>(id).Outcome);
    }

    [Fact]
    public void OnAnswer_FailedAndReplyFailed_BecomeTheirExceptions()
    {
        FakeShell shell = Ready();
        long failed = shell.Begin();
        shell.Answer("a", shell.TakeCall("a"), CallStatus.Failed, "Arithmetic operation resulted in an overflow.", "System.OverflowException", Outcome.Refused);
        long lost = shell.Begin();
        shell.Answer("a", shell.TakeCall("a"), CallStatus.ReplyFailed, "the mail server is gone", outcome: Outcome.Applied);

        CommandFailedException error = shell.Error<CommandFailedException>(failed);
        Assert.Equal(("System.OverflowException", 1L, Outcome.Refused), (error.FailureType, error.Slot, error.Outcome));
        Assert.Equal(Outcome.Applied, shell.Error<ReplyFailedException>(lost).Outcome);
    }

    [Fact]
    public void Cancel_InFlight_IsUnknownWithTheId()
    {
        FakeShell shell = Ready();
        long id = shell.Begin();
        Call call = shell.TakeCall("a");

        shell.Core.Cancel(id, new CancellationToken(true));

        DikeCanceledException error = shell.Error<DikeCanceledException>(id);
        Assert.Equal((Outcome.Unknown, call.CommandId), (error.Outcome, error.CommandId));
        shell.Core.Cancel(id, new CancellationToken(true));
    }

    [Fact]
    public void Cancel_NeverSent_IsNotApplied()
    {
        var shell = new FakeShell("a");
        long id = shell.Begin();

        shell.Core.Cancel(id, new CancellationToken(true));

        DikeCanceledException error = shell.Error<DikeCanceledException>(id);
        Assert.Equal((Outcome.NotApplied, CommandId.None), (error.Outcome, error.CommandId));
    }

    [Fact]
    public void Begin_ArgumentsOverTheNodesLimit_FailsThatCallAndTheConnectionStays()
    {
        FakeShell shell = Ready();

        long id = shell.Begin(FakeShell.Command(bytes: 1 << 20));
        shell.Begin();

        Assert.Contains("at most 1048576 are allowed", shell.Error<ArgumentException>(id).Message, StringComparison.Ordinal);
        shell.TakeCall("a");
        Assert.Empty(shell.Cuts);
    }

    internal static FakeShell Ready(RoutingTable? table = null)
    {
        var shell = new FakeShell("a");
        long id = shell.Begin(new RoutesRequest { Timeout = TimeSpan.FromSeconds(5) });
        shell.Settle(table ?? Three);
        Assert.NotNull(shell.Ended[id].Reply);
        shell.Ended.Clear();
        return shell;
    }
}
