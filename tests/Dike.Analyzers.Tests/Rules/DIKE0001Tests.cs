using Dike.Analyzers.Tests.Verification;
using Dike.CodeFixes;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0001Tests
{
    [Fact]
    public Task Handler_ReadsClock_IsFlagged() => Verify.MachineAsync("""
        private long at;
        [Command] public void Bid() => at = {|DIKE0001:DateTime.UtcNow|}.Ticks;
        """);

    [Fact]
    public Task Handler_ReadsLogTime_IsQuiet() => Verify.MachineAsync("""
        private DateTimeOffset at;
        [Command] public void Bid(CommandContext context) => at = context.Time;
        """);

    [Fact]
    public Task Query_ReadsClock_IsFlagged() => Verify.MachineAsync("""
        [Query] public long Age() => {|DIKE0001:Environment.TickCount64|};
        """);

    [Fact]
    public Task Initializers_ReadClock_AreFlagged() => Verify.MachineAsync("""
        private DateTime made = {|DIKE0001:DateTime.Now|};
        private DateTime Seen { get; set; } = {|DIKE0001:DateTime.Today|};
        private long ticks;
        public Auction() => ticks = {|DIKE0001:Stopwatch.GetTimestamp()|};
        """);

    [Fact]
    public Task Chain_OfClockMembers_IsOneFault() => Verify.MachineAsync("""
        private long at;
        [Command] public void Bid() => at = {|DIKE0001:TimeProvider.System.GetUtcNow()|}.Ticks;
        """);

    [Fact]
    public Task Fix_WithContext_UsesIt() => Verify.FixAsync<DIKE0001Fix>(
        """
        private DateTimeOffset at;
        [Command] public void Bid(int n, CommandContext ctx) => at = {|DIKE0001:DateTimeOffset.UtcNow|};
        """,
        """
        private DateTimeOffset at;
        [Command] public void Bid(int n, CommandContext ctx) => at = ctx.Time;
        """);

    [Fact]
    public Task Fix_WithoutContext_AddsIt() => Verify.FixAsync<DIKE0001Fix>(
        """
            private DateTime at;
            [Command]
            public Reply<int> Bid(int n)
            {
                // when
                at = {|DIKE0001:DateTime.UtcNow|}; // now
                return n;
            }
        """,
        """
            private DateTime at;
            [Command]
            public Reply<int> Bid(int n, CommandContext context)
            {
                // when
                at = context.Time.UtcDateTime; // now
                return n;
            }
        """);
}
