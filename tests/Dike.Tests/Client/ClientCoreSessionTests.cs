using CsCheck;
using Dike.Client;
using Dike.Wire;

namespace Dike.Tests.Client;

/// <summary>Sessions: which id a command gets, what nodes are told about answers, what happens when a session has expired.</summary>
public sealed class ClientCoreSessionTests
{
    private static readonly RoutingTable Three = FakeShell.Table("a", 1, "a", "b", "c");

    [Fact]
    public void AnsweredUpTo_AnswersOutOfOrder_CoversOnlyTheUnbrokenPrefix()
    {
        FakeShell shell = ClientCoreTests.Ready();
        Call[] calls = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            shell.Begin();
            return shell.TakeCall("a");
        })];

        shell.Answer("a", calls[2], CallStatus.Done);
        Assert.Equal(0ul, Next(shell).AnsweredUpTo);
        shell.Answer("a", calls[0], CallStatus.Done);
        Assert.Equal(1ul, Next(shell).AnsweredUpTo);
        shell.Answer("a", calls[1], CallStatus.Rejected, code: "no", outcome: Outcome.Refused);
        Assert.Equal(3ul, Next(shell).AnsweredUpTo);
    }

    [Fact]
    public void AnsweredUpTo_CommandTimedOut_IsNeverCoveredAndNewCommandsGetANewSession()
    {
        FakeShell shell = ClientCoreTests.Ready();
        shell.Begin(FakeShell.Command(seconds: 0.1));
        Call lost = shell.TakeCall("a");
        shell.Begin();
        Call other = shell.TakeCall("a");
        shell.Advance(TimeSpan.FromSeconds(0.1));

        shell.Begin(FakeShell.Command(userId: lost.CommandId));
        Call retry = shell.TakeCall("a");
        Call fresh = Next(shell);
        shell.Answer("a", other, CallStatus.NotLeader, "b");
        shell.Settle(Three);

        Assert.Equal((lost.CommandId, 0ul), (retry.CommandId, retry.AnsweredUpTo));
        Assert.NotEqual(lost.CommandId.SessionNonce, fresh.CommandId.SessionNonce);
        Assert.Equal((1ul, 0ul), (fresh.CommandId.Sequence, fresh.AnsweredUpTo));
        Call again = shell.TakeCall("b");
        Assert.Equal((other.CommandId, 0ul), (again.CommandId, again.AnsweredUpTo));
    }

    [Fact]
    public void OnAnswer_SessionExpiredOnFirstAttempt_SendsUnderANewSession()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long id = shell.Begin();
        Call first = shell.TakeCall("a");
        shell.Now += TimeSpan.FromSeconds(0.5);

        shell.Answer("a", first, CallStatus.SessionExpired);

        Call second = shell.TakeCall("a");
        Assert.NotEqual(first.CommandId.SessionNonce, second.CommandId.SessionNonce);
        Assert.Equal(first.CommandId.SessionStart + TimeSpan.FromSeconds(0.5).Ticks, second.CommandId.SessionStart);
        Assert.Equal((1, 1ul), (second.Attempt, second.CommandId.Sequence));
        shell.Answer("a", second, CallStatus.Done);
        Assert.NotNull(shell.Ended[id].Reply);
    }

    [Fact]
    public void OnAnswer_SessionExpiredAgainAndAgain_EndsNotApplied()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long id = shell.Begin();

        for (int round = 0; !shell.Ended.ContainsKey(id); round++)
        {
            Assert.True(round < 20, "new sessions have no bound");
            shell.Answer("a", shell.TakeCall("a"), CallStatus.SessionExpired);
        }

        Assert.Equal(Outcome.NotApplied, shell.Error<SessionExpiredException>(id).Outcome);
    }

    [Fact]
    public void OnAnswer_SessionExpiredAfterALostAttempt_IsUnknownAndNeverSentAgain()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long id = shell.Begin();
        shell.TakeCall("a");
        shell.Down("a");
        shell.Settle(Three);

        shell.Answer("b", shell.TakeCall("b"), CallStatus.SessionExpired);

        Assert.Equal(Outcome.Unknown, shell.Error<SessionExpiredException>(id).Outcome);
        Assert.DoesNotContain(shell.Sent, sent => sent.Frame is Call);
    }

    [Fact]
    public void OnAnswer_SessionExpiredForAnIdOfTheCaller_IsUnknownAndNeverSentAgain()
    {
        FakeShell shell = ClientCoreTests.Ready();
        long id = shell.Begin(FakeShell.Command(userId: new CommandId(5, 6, 7)));

        shell.Answer("a", shell.TakeCall("a"), CallStatus.SessionExpired);

        Assert.Equal(Outcome.Unknown, shell.Error<SessionExpiredException>(id).Outcome);
        Assert.DoesNotContain(shell.Sent, sent => sent.Frame is Call);
    }

    [Fact]
    public void MarkAnswered_AnyOrder_CoversExactlyThePrefix() => Gen.Int[1, 60].SelectMany(count => Gen.Shuffle(Enumerable.Range(1, count).ToArray())).Sample(order =>
    {
        var session = new Session(1, 2);
        foreach (int _ in order)
        {
            session.Next();
        }

        var answered = new HashSet<int>();
        foreach (int sequence in order)
        {
            session.MarkAnswered(new CommandId(1, 2, (ulong)sequence));
            answered.Add(sequence);
            int prefix = 0;
            while (answered.Contains(prefix + 1))
            {
                prefix++;
            }

            Assert.Equal((ulong)prefix, session.AnsweredUpTo);
        }
    });

    private static Call Next(FakeShell shell)
    {
        shell.Begin();
        return shell.TakeCall("a");
    }
}
