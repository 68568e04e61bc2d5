using System.Collections.Immutable;
using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests.Engine;

/// <summary>Each way code can step into other code is followed; the report stands on the handler's own line.</summary>
public sealed class FollowingTests
{
    private const string Rules = """

        public static class Rules
        {
            public static long Now() => DateTime.UtcNow.Ticks;
            public static long Property => DateTime.UtcNow.Ticks;
            public static long Deep(int n) => n == 0 ? Now() : Deep(n - 1);
            public static readonly long Started = DateTime.UtcNow.Ticks;
            public static long Automatic { get; } = DateTime.UtcNow.Ticks;
            public static event Action Changed { add { Now(); } remove { } }
        }

        public class Stamp
        {
            public long Ticks = DateTime.UtcNow.Ticks;
            public long this[int n] { get => n; set => Rules.Now(); }
            public virtual long Read() => 1;
        }

        public sealed class Made : Stamp { }
        public sealed class Late : IDisposable { public void Dispose() => Rules.Now(); public override string ToString() => Rules.Now().ToString(); }
        public sealed class Shown : IFormattable { public string ToString(string? format, IFormatProvider? provider) => Rules.Now().ToString(); }
        public sealed class Bag
        {
            public Inner GetEnumerator() => new();
            public sealed class Inner { public int Current => 1; public bool MoveNext() => Rules.Now() > 0; }
        }

        public record struct Money(long Cents)
        {
            public static Money operator +(Money a, Money b) => new(Rules.Now());
            public static Money operator ++(Money a) => new(Rules.Now());
            public static implicit operator Money(string text) => new(Rules.Now());
            public void Deconstruct(out int a, out int b) { Rules.Now(); a = b = 1; }
        }

        public record Copied { public Copied() { } protected Copied(Copied other) => Rules.Now(); }
        public interface IClock { long Read(); }
        public sealed class OnlyClock : IClock { public long Read() => Rules.Now(); }
        public abstract class Policy { public abstract long Decide(); }
        public sealed class OnlyPolicy : Policy { public override long Decide() => Rules.Now(); }
        public interface IStatic { static abstract long Read(); }
        public sealed class OnlyStatic : IStatic { public static long Read() => Rules.Now(); }
        """;

    [Theory]
    [InlineData("return {|DIKE0001:Rules.Now()|};")]
    [InlineData("return {|DIKE0001:Rules.Property|};")]
    [InlineData("return {|DIKE0001:Rules.Deep(3)|};")]
    [InlineData("return {|DIKE0001:Rules.Started|};")]
    [InlineData("return {|DIKE0001:Rules.Automatic|};")]
    [InlineData("{|DIKE0001:Rules.Changed|} += () => { }; return 1;")]
    [InlineData("Func<long> now = {|DIKE0001:Rules.Now|}; return now();")]
    [InlineData("return {|DIKE0001:new Stamp()|}.Ticks;")]
    [InlineData("return {|DIKE0001:new Made()|}.Ticks;")]
    [InlineData("Stamp stamp = null!; {|DIKE0001:stamp[1]|} = 2; return 1;")]
    [InlineData("using ({|DIKE0001:new Late()|}) { } return 1;")]
    [InlineData("using var {|DIKE0001:late = new Late()|}; return 1;")]
    [InlineData("Late late = null!; return $\"{{|DIKE0001:late|}}\".Length;")]
    [InlineData("Late late = null!; return (\"a\" + {|DIKE0001:late|}).Length;")]
    [InlineData("Shown shown = null!; return $\"{{|DIKE0001:shown|}}\".Length;")]
    [InlineData("Shown shown = null!; return string.Create(null, $\"{{|DIKE0001:shown|}}\").Length;")]
    [InlineData("foreach (int n in {|DIKE0001:new Bag()|}) { } return 1;")]
    [InlineData("Money a = default, b = default; return {|DIKE0001:(a + b)|}.Cents;")]
    [InlineData("Money a = default; {|DIKE0001:a += default(Money)|}; return 1;")]
    [InlineData("Money a = default; {|DIKE0001:a++|}; return 1;")]
    [InlineData("Money a = {|DIKE0001:\"1\"|}; return 1;")]
    [InlineData("Money a = default; {|DIKE0001:(int x, int y) = a|}; return x;")]
    [InlineData("Copied a = null!; Copied b = {|DIKE0001:a with { }|}; return 1;")]
    [InlineData("IClock clock = null!; return {|DIKE0001:clock.Read()|};")]
    [InlineData("Policy policy = null!; return {|DIKE0001:policy.Decide()|};")]
    [InlineData("return Generic<OnlyStatic>(); static long Generic<T>() where T : IStatic => T.Read();", true)]
    [InlineData("return Local(); long Local() => Rules.Now();", true)]
    [InlineData("return new[] { 1 }.Select(n => {|DIKE0001:Rules.Now()|}).First();")]
    [InlineData("return new[] { 1 }.Sum(delegate (int n) { return {|DIKE0001:DateTime.UtcNow|}.Ticks; });")]
    [InlineData("return (from n in new[] { 1 } where {|DIKE0001:Rules.Now()|} > n select n).First();")]
    public Task Handler_ReachesClock_IsFlagged(string body, bool isLocalCall = false)
    {
        string marked = isLocalCall ? body.Replace("return Local()", "return {|DIKE0001:Local()|}", StringComparison.Ordinal)
            .Replace("return Generic<OnlyStatic>()", "return {|DIKE0001:Generic<OnlyStatic>()|}", StringComparison.Ordinal) : body;
        marked = marked.Replace("{|DIKE0001:(a + b)|}", "({|DIKE0001:a + b|})", StringComparison.Ordinal);
        return Verify.SourceAsync($"[StateMachine] public sealed partial class Auction {{ [Command] public long Bid() {{ {marked} }} }}\n{Rules}");
    }

    [Fact]
    public async Task Report_NamesThePath_AndEachStep()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(
            """
            using System;
            using Dike;
            [StateMachine]
            public sealed partial class Auction
            {
                private long at;
                [Command]
                public void Bid() => Mark();
                private void Mark() => at = Rules.Now;
            }
            """,
            """
            public static class Rules { public static long Now => System.DateTime.UtcNow.Ticks; }
            """));
        Assert.Equal(
            "'Bid' reads a clock, which differs on every replica: Bid → Mark → Rules.Now → DateTime.UtcNow; use context.Time",
            diagnostic.GetMessage(null));
        Assert.Equal("Mark()", TextOf(diagnostic.Location));
        Assert.Equal(["Rules.Now", "System.DateTime.UtcNow"], diagnostic.AdditionalLocations.Select(TextOf));
    }

    [Fact]
    public async Task Report_OfObjectsMadeOnTheWay_NamesTheInitializer()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Verify.InMachine(
            "[Command] public void Bid() => new Entry(); public sealed class Entry { private readonly Guid id = Guid.NewGuid(); }")));
        Assert.Contains("Bid → new Entry() → Entry.id → Guid.NewGuid", diagnostic.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public Task PartialMembers_AreFollowedIntoTheirBodies() => Verify.SourceAsync("""
        public sealed partial class Auction
        {
            [Command] public partial void Bid();
            private partial long Now { get; }
            partial void OnRestored();
        }
        [StateMachine]
        public sealed partial class Auction
        {
            private long at;
            public partial void Bid() => at = {|DIKE0001:Now|};
            private partial long Now => DateTime.UtcNow.Ticks;
            partial void OnRestored() => at = {|DIKE0001:Now|};
        }
        """);

    [Fact]
    public Task OneFault_CalledTwice_IsReportedOnce() => Verify.MachineAsync("""
        private long at;
        [Command] public void Bid() { at = {|DIKE0001:Now()|}; at += Now(); }
        private static long Now() => DateTime.UtcNow.Ticks;
        """);

    [Fact]
    public Task OneFault_InTwoHandlers_IsReportedInEach() => Verify.MachineAsync("""
        private long at;
        [Command] public void Bid() => at = {|DIKE0001:Now()|};
        [Command] public void Ask() => at = {|DIKE0001:Now()|};
        private static long Now() => DateTime.UtcNow.Ticks;
        """);

    [Fact]
    public Task HandlerCalledByHandler_IsReportedOnlyThere() => Verify.MachineAsync("""
        private long at;
        [Command] public void Bid() => at = {|DIKE0001:DateTime.UtcNow|}.Ticks;
        [Command] public void Again() => Bid();
        """);

    [Fact]
    public async Task Cycles_OfCalls_EndAndAreJudged()
    {
        Task<ImmutableArray<Diagnostic>> run = Task.Run(() => AnalyzerRun.DiagnosticsAsync(Verify.InMachine("""
            [Command] public int Bid(int n) => Even(n);
            private static int Even(int n) => n == 0 ? 0 : Odd(n - 1);
            private static int Odd(int n) => n == 0 ? Stop() : Even(n - 1) + Odd(n);
            private static int Stop() { Console.WriteLine(); return Even(1); }
            """)));
        Diagnostic diagnostic = Assert.Single(await run.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Contains("Bid → Even → Odd → Stop → Console.WriteLine", diagnostic.GetMessage(null), StringComparison.Ordinal);
    }

    private static string TextOf(Location location) => location.SourceTree!.GetText(CancellationToken.None).ToString(location.SourceSpan);
}
