using Dike.Analyzers.Tests.Verification;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0011Tests
{
    [Fact]
    public Task Handlers_ThatWait_AreFlaggedOnce() => Verify.MachineAsync("""
        [Command] public async Task {|DIKE0011:A|}() => await Task.CompletedTask;
        [Command] public Task<int> {|DIKE0011:B|}() => Task.FromResult(1);
        [Command] public ValueTask<int> {|DIKE0011:C|}() => new(1);
        [Command] public async void {|DIKE0011:D|}() => await Task.CompletedTask;
        [Query] public IAsyncEnumerable<int> {|DIKE0011:E|}() => throw new NotSupportedException();
        """);

    [Fact]
    public Task Handler_WithAsyncReply_IsQuiet() => Verify.MachineAsync("""
        private int value;
        [Command] public Reply<int> A() => Reply.With(++value).Then(async reply => await Task.Delay(1, reply.CancellationToken));
        [Command] public Reply<int> B() => Reply.From(async reply => { await Task.Yield(); return 1; });
        private async Task NotAHandlerAsync(ReplyContext reply) => await Task.Yield();
        """);
}
