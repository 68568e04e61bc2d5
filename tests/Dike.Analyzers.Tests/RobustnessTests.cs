using System.Collections.Immutable;
using CsCheck;
using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Analyzers.Tests;

/// <summary>Whatever the source, broken or strange, the analyzers end and never fail (AD0001).</summary>
public sealed class RobustnessTests
{
    /// <summary>One of every construct the engine looks into.</summary>
    private const string Everything = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading.Tasks;
        using Dike;

        [StateMachine("all", Version = 2)]
        public sealed partial class All : IDisposable
        {
            private readonly Dictionary<string, List<(int A, Money B)>> map = new() { ["a"] = [(1, new Money(2))] };
            private long value = DateTime.UtcNow.Ticks;
            [Transient] private Func<int, int>? cached;
            public event Action? Changed { add { Now(); } remove { } }
            public int this[Index at] { get => map.Count; set => value = value + at.Value; }
            public All() : base() => value = Guid.NewGuid().GetHashCode();
            public void Dispose() => Console.WriteLine(nameof(DateTime.UtcNow));
            [Command]
            public Reply<int> Do(int n, string? text = null, CommandContext? context = null)
            {
                int[] numbers = [1, .. Enumerable.Range(0, n), ^1 is var end ? end.Value : 2];
                Money total = numbers.Aggregate(new Money(0), (sum, next) => sum + next) with { Cents = 3 };
                total += 1; total++; (int a, Money b) = (1, total); var (c, d) = total;
                foreach (var (key, list) in map) { lock (list) { value += list[^1].A; } }
                foreach (ref readonly int item in numbers.AsSpan()) { value ^= item; }
                using (this) { using All other = new() { [0] = 1 }; other.Changed += () => Now(); }
                value = text switch { null => 0, { Length: > 3 and < 9 } => Now(), [var first, .., 'z'] => first, _ => throw new InvalidOperationException($"{total}:{text,5:x}" + total) };
                Func<ReplyContext, Task> mail = async reply => await Task.Run(() => Console.WriteLine(Random.Shared.Next()));
                static long Local<T>(T it) where T : IRead<T> => T.Read(it) + Even(1);
                return Reply.With((int)(value + Local(new Reader()) + (cached?.Invoke(a) ?? c))).Then(mail).Then(r => { }).Then(Mail);
            }
            [Query] public IReadOnlyList<string> Keys() => (from key in map.Keys where key.Length > 1 orderby key select key + Now()).ToList();
            private static Task Mail(ReplyContext reply) => Task.CompletedTask;
            private static long Now() => Environment.TickCount64;
            private static long Even(int n) => n == 0 ? 0 : Odd(n - 1);
            private static long Odd(int n) => n == 0 ? 1 : Even(n - 1);
        }

        public record struct Money(long Cents)
        {
            public static Money operator +(Money a, Money b) => new(a.Cents + b.Cents);
            public static Money operator ++(Money a) => a + 1;
            public static implicit operator Money(int n) => new(n);
            public void Deconstruct(out int whole, out int rest) => (whole, rest) = ((int)Cents / 100, (int)Cents % 100);
        }

        public interface IRead<TSelf> where TSelf : IRead<TSelf> { static abstract long Read(TSelf self); long Again() => 1; }
        public class Reader : IRead<Reader> { public static long Read(Reader self) => self.Again(); public virtual long Again() => DateTime.Now.Ticks; }
        public class Derived(int n) : Reader { public override long Again() => base.Again() + n; }
        """;

    /// <summary>Apart, because the compiler itself fails on some broken extension blocks.</summary>
    private const string Extension = """
        public static class Extensions { extension(Money money) { public long Twice => money.Cents * 2 + System.DateTime.Now.Ticks; public Money Plus(int n) => money + n; } }
        [Dike.StateMachine] public partial class Extending { [Dike.Command] public long A(Money money) => money.Plus(1).Twice; }
        """;

    [Fact]
    public async Task Everything_Compiles_AndIsJudged()
    {
        ImmutableArray<Diagnostic> diagnostics = await AnalyzerRun.DiagnosticsAsync(Everything, Extension);
        Assert.Equal(
            ["DIKE0001", "DIKE0003", "DIKE0004"],
            diagnostics.Select(diagnostic => diagnostic.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(diagnostics, diagnostic => diagnostic.GetMessage(null).Contains("A → extension(Money).Twice → DateTime.Now", StringComparison.Ordinal));
    }

    /// <summary>What an editor shows the analyzers between two keystrokes: the same source with tokens missing.</summary>
    [Fact]
    public Task SourceWithMissingTokens_NeverFails()
    {
        SyntaxToken[] tokens = [.. CSharpSyntaxTree.ParseText(Everything, AnalyzerRun.Parse, cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken).DescendantTokens()];
        return Gen.Int[0, tokens.Length - 1].Array[1, 8].SampleAsync(
            async cut =>
            {
                string text = string.Concat(tokens.Where((_, index) => !cut.Contains(index)).Select(token => token.ToFullString()));
                await AnalyzerRun.DiagnosticsAsync(AnalyzerRun.Compile(text));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task SumOfManyTerms_IsWalked()
    {
        string sum = string.Join(" + ", Enumerable.Repeat("n", 3_000));
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Verify.InMachine(
            $"[Command] public long Add(int n) => {sum} + DateTime.UtcNow.Ticks;")));
        Assert.Equal("DIKE0001", diagnostic.Id);
    }

    [Fact]
    public async Task ManyMachinesAtOnce_GiveTheSameOnEveryRun()
    {
        string[] sources =
        [
            .. Enumerable.Range(0, 40).Select(index => $$"""
                [Dike.StateMachine] public sealed partial class M{{index}} { private long at; [Dike.Command] public void A() => at = Shared.Now(); [Dike.Command] public void B() => at = Shared.Deep(); }
                """),
            "public static class Shared { public static long Now() => System.DateTime.UtcNow.Ticks; public static long Deep() => Deeper(); private static long Deeper() => Now() + Deep(); }",
        ];
        string[] first = await TextsAsync(sources);
        Assert.Equal(80, first.Length);
        Assert.Equal(first, await TextsAsync(sources));
    }

    /// <summary>All source of this repository, project by project; references are missing, so much of it does not bind.</summary>
    [Theory]
    [InlineData("src")]
    [InlineData("samples")]
    [InlineData("tests")]
    public async Task SourceOfThisRepository_NeverFails(string folder)
    {
        foreach (string project in Directory.GetFiles(Repository.PathOf(folder), "*.csproj", SearchOption.AllDirectories))
        {
            string directory = Path.GetDirectoryName(project)!;
            string[] sources =
            [
                .. Directory.GetFiles(directory, "*.cs", SearchOption.AllDirectories)
                    .Where(file => !Path.GetRelativePath(directory, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
                    .Select(File.ReadAllText),
            ];
            await AnalyzerRun.DiagnosticsAsync(AnalyzerRun.Compile(sources));
        }
    }

    private static async Task<string[]> TextsAsync(string[] sources) =>
        [.. (await AnalyzerRun.DiagnosticsAsync(sources)).Select(diagnostic => diagnostic.ToString()).Order(StringComparer.Ordinal)];
}
