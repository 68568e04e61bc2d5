using Dike.Analyzers.Tests.Verification;

namespace Dike.Analyzers.Tests.Engine;

/// <summary>Code is reply code because of the type it takes, wherever it is made; everything else made in a handler is handler code.</summary>
public sealed class ReplyColourTests
{
    [Fact]
    public Task LambdaWithoutReplyContext_PassedElsewhere_IsHandlerCode() => Verify.MachineAsync("""
        private readonly List<int> rolls = [];
        [Command] public void Roll() => rolls.ForEach(roll => {|DIKE0004:Console.WriteLine(roll)|});
        """);

    [Fact]
    public Task CodeBesideTheDelegate_IsHandlerCode() => Verify.MachineAsync("""
        [Command]
        public Reply<long> Bid()
        {
            long now = {|DIKE0001:DateTime.UtcNow|}.Ticks;
            return Reply.With(now).Then(reply => Console.WriteLine(now));
        }
        """);

    [Fact]
    public Task ArgumentsOfThen_AreHandlerCode() => Verify.MachineAsync("""
        [Command] public Reply<int> Bid() => Reply.With(1).Then(Mail({|DIKE0003:Guid.NewGuid()|}));
        private static Func<ReplyContext, Task> Mail(Guid id) => async reply => await Task.Delay(id.ToByteArray()[0]);
        """);

    [Fact]
    public Task ObjectOfAReplyMethod_IsMadeByTheHandler() => Verify.MachineAsync("""
        [Command] public Reply<int> Bid() => Reply.With(1).Then(new Mail({|DIKE0003:Guid.NewGuid()|}).SendAsync);
        private sealed class Mail(Guid id) { public Task SendAsync(ReplyContext reply) => Task.Delay(id.ToByteArray()[0]); }
        """);

    [Fact]
    public Task HelperReachedFromBothColours_IsJudgedOnTheHandlersPath() => Verify.MachineAsync("""
        private long at;
        [Command] public Reply<int> Bid() => Reply.With(1).Then(reply => Console.WriteLine(Now()));
        [Command] public void Ask() => at = {|DIKE0001:Now()|};
        private static long Now() => DateTime.UtcNow.Ticks;
        """);

    [Fact]
    public Task LocalFunctionNeverCalled_IsQuiet_CalledIsNot() => Verify.MachineAsync("""
        private long at;
        [Command]
        public void Bid()
        {
            at = {|DIKE0001:Called()|};
            long Called() => DateTime.UtcNow.Ticks;
            long Never() => DateTime.UtcNow.Ticks;
        }
        """);

    [Fact]
    public Task OnRestored_IsHandlerCode() => Verify.MachineAsync("""
        [Transient] private long at;
        private void OnRestored() => at = {|DIKE0001:DateTime.UtcNow|}.Ticks;
        """);

    [Fact]
    public Task GeneratedPart_IsFollowedAndNotReportedIn() => Verify.SourceAsync("""
        [StateMachine]
        public sealed partial class Auction
        {
            [Command] public void Bid() => {|DIKE0001:Stamp()|};
            [System.CodeDom.Compiler.GeneratedCode("g", "1")] private long Stamp() => DateTime.UtcNow.Ticks;
            [System.CodeDom.Compiler.GeneratedCode("g", "1")] private static void Invoke() => Console.WriteLine();
        }
        """);
}
