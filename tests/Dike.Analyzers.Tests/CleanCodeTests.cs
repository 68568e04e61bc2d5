using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests;

/// <summary>Legitimate code stays quiet: a false alarm is as much a defect as a miss.</summary>
public sealed class CleanCodeTests
{
    public static TheoryData<string> Members { get; } =
    [
        // Reply delegates of all forms.
        "[Command] public Reply<int> A() => Reply.With(1).Then(reply => Console.WriteLine(DateTime.UtcNow));",
        "[Command] public Reply<int> A() => Reply.With(1).Then(async reply => await File.WriteAllTextAsync(\"a\", \"b\", reply.CancellationToken));",
        "[Command] public Reply<int> A() => Reply.With(1).Then(async _ => await Task.Delay(Random.Shared.Next(10)));",
        "[Command] public Reply<Guid> A() => Reply.From(reply => Guid.NewGuid());",
        "[Command] public Reply<string> A() => Reply.From(async reply => await new System.Net.Http.HttpClient().GetStringAsync(\"a\", reply.CancellationToken));",
        "[Command] public Reply<string> A() => Reply.From(reply => new ValueTask<string>(File.ReadAllText(\"a\")));",
        "[Command] public Reply A() => Reply.Done.Then((ReplyContext reply) => Console.WriteLine());",
        "[Command] public Reply A() => Reply.Done.Then(delegate (ReplyContext reply) { Console.WriteLine(); });",
        "[Command] public Reply A() => Reply.Done.Then(Mail); private static Task Mail(ReplyContext reply) => File.AppendAllTextAsync(\"a\", \"b\");",
        "[Command] public Reply A() => Reply.Done.Then(Mail); private void Mail(ReplyContext reply) => Console.WriteLine(Now()); private static DateTime Now() => DateTime.Now;",
        "[Command] public Reply A() { Func<ReplyContext, Task> f = async reply => { await Task.Yield(); Console.WriteLine(); }; return Reply.Done.Then(f); }",
        "[Command] public Reply A(bool b) { Action<ReplyContext> f = b ? reply => Console.WriteLine() : reply => Process.Start(\"a\"); return Reply.Done.Then(f); }",
        "[Command] public Reply A() { return Reply.Done.Then(Mail); void Mail(ReplyContext reply) => Console.WriteLine(Guid.NewGuid()); }",
        "[Command] public Reply A() => Reply.Done.Then(reply => { void Inner() => Console.WriteLine(); Inner(); Action more = () => Console.WriteLine(DateTime.Now); more(); });",
        "[Command] public Reply A() => Reply.Done.Then(Log(\"a\")); private static Action<ReplyContext> Log(string s) => reply => Console.WriteLine(s);",
        "[Command] public Reply A() => Mailed(Reply.Done); private static Reply Mailed(Reply r) => r.Then(reply => Console.WriteLine(r.Code));",
        "[Command] public Reply A() => Reply.Done.Then((Action<object>)(any => Console.WriteLine(any)));",
        "[Command] public Reply A() => Reply.Done.Then(Any); private static void Any(object any) => Console.WriteLine(any);",
        "[Command] public Reply A() => Reply.Done.Then(reply => { try { Console.WriteLine(); } catch (IOException) { Console.Beep(); } });",
        "[Command] public Reply A() => Reply.Reject(\"no\").ToReply().Then(reply => Console.WriteLine());",
        "[Command] public Reply<int> A() { int n = 1; return n > 0 ? Reply.With(n).Then(r => Console.WriteLine(n)) : Reply.Reject<int>(\"no\"); }",
        "[Command] public Reply A() => Reply.Done.Then(Sink.Write);",
        "private static readonly Action<ReplyContext> Log = reply => Console.WriteLine(); [Command] public Reply A() => Reply.Done.Then(Log);",
        "[Command] public Reply<int> A(CommandContext context) => Reply.With(1).Then(reply => Console.WriteLine($\"{context.Time} {DateTime.UtcNow - context.Time}\"));",

        // Deferred replies.
        "private readonly Queue<Deferred<int>> waiting = []; [Command] public Reply<int> A() { Reply<int> r = Reply.Defer<int>(out Deferred<int> t); waiting.Enqueue(t); return r; } "
            + "[Command] public bool B(CommandContext context) => context.Complete(waiting.Dequeue(), 1) || context.Reject(waiting.Dequeue(), \"closed\");",
        "private Deferred<string> ticket; [Command] public Reply<string> A() => Reply.Defer<string>(out ticket).Then(reply => Console.WriteLine()); "
            + "[Command] public bool B(Deferred<string> t, CommandContext context) => context.Complete(t, \"a\");",

        // Names, arithmetic and values that only look like the clock.
        "[Command] public string A() => nameof(DateTime.UtcNow) + nameof(Guid.NewGuid) + nameof(Console.WriteLine);",
        "[Command] public DateTime A(DateTime d) => d.AddDays(1).Date + TimeSpan.FromHours(2);",
        "[Command] public long A(CommandContext context) => (context.Time - DateTimeOffset.UnixEpoch).Ticks + context.Time.UtcDateTime.Ticks;",
        "[Command] public DateTimeOffset A() => new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) + TimeSpan.FromDays(DateTime.DaysInMonth(2020, 2));",
        "[Command] public TimeSpan A(long a, long b) => Stopwatch.GetElapsedTime(a, b);",
        "[Command] public Guid A(byte[] bytes) => new Guid(bytes);",
        "[Command] public Guid A(string s) => Guid.Parse(s) == Guid.Empty ? default : Guid.ParseExact(s, \"N\");",
        "[Command] public int A(CommandContext context) => context.Random.Next(6) + context.NewGuid().ToByteArray()[0];",
        "[Command] public string A(string s) => s.Trim().Replace(\"a\", \"b\", StringComparison.Ordinal)[1..];",
        "[Command] public string A(string s) => Path.GetFileName(s) + Path.ChangeExtension(s, \".txt\");",
        "[Command] public byte[] A(byte[] b) => System.Security.Cryptography.SHA256.HashData(b);",
        "[Command] public string A(byte[] b) { using var m = new MemoryStream(b); using var r = new StreamReader(m); using var w = new StreamWriter(new MemoryStream()); return r.ReadToEnd(); }",
        "[Command] public string A() => typeof(Console).Name + typeof(File).Name;",
        "[Command] public bool A(string s) => System.Net.IPAddress.TryParse(s, out _) && new System.Net.IPEndPoint(1, 2).Port == 2;",
        "[Command] public int A() { Random? none = null; return none is null ? 1 : 2; }",
        "[Command] public string A(Uri u) => u.Host + new UriBuilder(u) { Port = 1 }.Uri;",
        "private const DayOfWeek First = DayOfWeek.Monday; [Command] public bool A(DateTime d) => d.DayOfWeek == First;",
        "[Command] public void A() { if (DateTime.MaxValue > DateTime.MinValue) throw new IOException(\"x\"); }",

        // Own members that share a name, helpers reached from nowhere or only from replies.
        "[Command] public int A() => UtcNow + NewGuid(); private int UtcNow => 1; private static int NewGuid() => 2;",
        "private static void Helper() => Console.WriteLine(DateTime.UtcNow); [Command] public void A() { }",
        "private static DateTime Now => DateTime.UtcNow; [Command] public Reply A() => Reply.Done.Then(reply => Console.WriteLine(Now));",
        "private static readonly System.Net.Http.HttpClient Http = new(); [Command] public Reply A() => Reply.Done.Then(async reply => await Http.GetStringAsync(\"a\"));",
        "public static Auction CreateForDemo() { Console.WriteLine(); return new Auction(); } [Command] public void A() { }",
        "[Command] public void A() { Console.WriteLine(); } public static class Console { public static void WriteLine() { } }",
        "[Command] public int A() => Twice(x => x * 2); private static int Twice(Func<int, int> f) => f(f(1));",
        "[Command] public int A() => new IShape[] { new Square() }.Sum(s => s.Area()); private interface IShape { int Area(); } "
            + "private sealed class Disc : IShape { public int Area() => DateTime.Now.Day; } private sealed class Square : IShape { public int Area() => 1; } "
            + "private sealed class Ring : IShape { public int Area() => DateTime.Now.Day; }",
        "private readonly List<int> all = []; [Command] public int A() { foreach (int n in all) { checked { return n; } } return all.Count; }",
        "public override string ToString() => DateTime.Now.ToString(); [Command] public void A() { }",
    ];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Machine_WithLegitimateCode_IsQuiet(string members)
    {
        const string Beside = """

            public static class Sink { public static Task Write(ReplyContext reply) => Console.Out.WriteLineAsync("a"); }
            public static class Replies { public static Reply ToReply(this Rejection rejection) => rejection; }
            """;
        Assert.Empty(await AnalyzerRun.DiagnosticsAsync(Verify.InMachine(members) + Beside));
    }

    [Theory]
    [InlineData("public static class Program { public static void Main() { System.Console.WriteLine(System.DateTime.Now + System.Guid.NewGuid().ToString()); } }")]
    [InlineData("public class Worker { private readonly System.Random random = new(); [Dike.Command] public void Odd() => random.Next(); }")]
    [InlineData("public class Mailer { public void Send(Dike.ReplyContext reply) => System.IO.File.Delete(\"a\"); }")]
    public async Task CodeWithoutMachine_IsQuiet(string source) => Assert.Empty(await AnalyzerRun.DiagnosticsAsync(source));

    [Fact]
    public async Task ProjectWithoutDike_IsQuiet()
    {
        const string Source = """
            namespace Other { public sealed class StateMachineAttribute : System.Attribute { } public sealed class CommandAttribute : System.Attribute { } }
            [Other.StateMachine] public class M { [Other.Command] public void A() => System.Console.WriteLine(System.DateTime.Now); }
            """;
        Assert.Empty(await AnalyzerRun.DiagnosticsAsync(AnalyzerRun.Compile(References.Framework, [Source])));
    }

    [Fact]
    public async Task Suppressed_ByPragma_IsQuiet()
    {
        Diagnostic[] diagnostics = [.. await AnalyzerRun.DiagnosticsAsync(Verify.InMachine("""
            #pragma warning disable DIKE0001 // The value is thrown away.
            [Command] public void A() => Now();
            #pragma warning restore DIKE0001
            private static void Now() => _ = DateTime.UtcNow;
            """))];
        Assert.DoesNotContain(diagnostics, diagnostic => !diagnostic.IsSuppressed);
    }
}
