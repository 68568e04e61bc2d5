using Dike.Generators.Shapes;
using Dike.Generators.Tests.Consumers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Generators.Tests;

/// <summary>
/// A faulty class gets a stub, and its one diagnostic from the analyzers: the generator neither fails nor adds compiler errors,
/// and code that calls the machine goes on compiling.
/// </summary>
public sealed class InvalidMachineTests
{
    [Theory]
    [InlineData("[StateMachine] public class M { [Command] public int F(int n) => n; }", "NotPartial")]
    [InlineData("[StateMachine] public partial class M<T> { [Command] public int F(int n) => n; [Command] public T? G(T x) => x; }", "Generic")]
    [InlineData("public class Outer { [StateMachine] public partial class M { [Command] public int F(int n) => n; } }", "NotPartial")]
    [InlineData("[StateMachine] public abstract partial class M { [Command] public int F(int n) => n; }", "Abstract")]
    [InlineData("public class B { private int hidden; public int H => ++hidden; } [StateMachine] public partial class M : B { [Command] public int F(int n) => n; }", "HasBaseClass")]
    [InlineData("[StateMachine] public partial class M(int start) { [Command] public int F(int n) => n + start; }", "HiddenState")]
    [InlineData("[StateMachine] public partial class M(int start) { public M() : this(1) { } [Command] public int F(int n) => n + start; }", "HiddenState")]
    [InlineData("[StateMachine] public partial class M { public M(int x) { } [Command] public int F(int n) => n; }", "NoEmptyConstructor")]
    [InlineData("[StateMachine] public partial class M { public required int X { get; set; } [Command] public int F(int n) => n; }", "NoEmptyConstructor")]
    [InlineData("[StateMachine(\"a\\nb\")] public partial class M { [Command] public int F(int n) => n; }", "WireName")]
    [InlineData("[StateMachine(Version = 1, MinVersion = 2)] public partial class M { [Command] public int F(int n) => n; }", "Version")]
    [InlineData("[StateMachine] public partial class M { private Action? a; [Command] public int F(int n) { a?.Invoke(); a = null; return n; } }", "StateType")]
    [InlineData("[StateMachine] public partial class M { private object? o; [Command] public int F(int n) { bool first = o is null; o = n; return first ? 1 : 0; } }", "StateType")]
    [InlineData("[StateMachine] public partial class M { private IDictionary<int, int> d = new Dictionary<int, int>(); [Command] public int F(int n) => d.Count + n; }", "StateType")]
    [InlineData("[StateMachine] public partial class M { private int[,] a = new int[1, 1]; [Command] public int F(int n) => a[0, 0] + n; }", "StateType")]
    [InlineData("[StateMachine] public partial class M { private nint p; [Command] public int F(int n) => (int)(p += n); }", "StateType")]
    [InlineData("[StateMachine] public partial class M { private PriorityQueue<int, int> p = new(); [Command] public int F(int n) => p.Count + n; }", "StateType")]
    [InlineData("public class Opaque { private int x = 1; public int Twice() => x++ * 2; } [StateMachine] public partial class M { private Opaque o = new(); [Command] public int F(int n) => o.Twice() + n; }", "StateType")]
    [InlineData("public class MyList : List<int>; [StateMachine] public partial class M { private MyList o = []; [Command] public int F(int n) => o.Count + n; }", "StateType")]
    public void Generate_FaultyMachine_StubAndNothingElse(string source, string problem)
    {
        var consumer = Consumer.Of(source, "public static class Usage { public static Task<int> Use(IDikeClient dike) => dike.M(\"k\").FAsync(1); }");
        consumer.AssertClean();
        Assert.Equal(problem, MachineOf(source).Problem.ToString());
    }

    [Theory]
    [InlineData("[Command] public async Task<int> H() { await Task.Yield(); return 1; }", "Asynchronous", "int x = await d.HAsync();")]
    [InlineData("[Command] public ValueTask H() => default;", "Asynchronous", "await d.HAsync();")]
    [InlineData("[Command] public static int H() => 1;", "Static", "int x = await d.HAsync();")]
    [InlineData("[Command] public T H<T>(T x) => x;", "Generic", "")]
    [InlineData("[Command] private int H() => 1;", "NotAccessible", "int x = await d.HAsync();")]
    [InlineData("[Command] public int H(ref int x) => x;", "ParameterModifier", "")]
    [InlineData("[Command] public int H(params int[] x) => x.Length;", "ParameterModifier", "")]
    [InlineData("[Command] public int H(Action x) => 1;", "ParameterType", "int x = await d.HAsync(() => { });")]
    [InlineData("[Command] public int H(CancellationToken x) => 1;", "ParameterType", "int x = await d.HAsync(default);")]
    [InlineData("[Command] public int H(ReadOnlySpan<byte> x) => 1;", "ParameterType", "")]
    [InlineData("[Command] public Func<int> H() => () => 1;", "ResultType", "Func<int> x = await d.HAsync();")]
    [InlineData("[Command, Query] public int H() => 1;", "CommandAndQuery", "")]
    [InlineData("[Query] public void H() { }", "QueryWithoutValue", "await d.HAsync();")]
    [InlineData("[Query] public Reply<int> H() => 1;", "QueryWithoutValue", "int x = await d.HAsync();")]
    [InlineData("[Query] public int H(CommandContext c) => 1;", "QueryWithContext", "int x = await d.HAsync();")]
    [InlineData("[Command] public int H(CommandContext c, CommandContext d) => 1;", "SeveralContexts", "int x = await d.HAsync();")]
    [InlineData("[Command(\"F\")] public int H() => 1;", "DuplicateWireName", "")]
    [InlineData("[Command(\"a\\n*/ b\")] public int H() => 1;", "WireName", "int x = await d.HAsync();")]
    [InlineData("[Command] public int FAsync(int n) => 1;", "DuplicateClientMethod", "")]
    public void Generate_FaultyHandler_OthersWorkAndItsCallersCompile(string handler, string problem, string call)
    {
        string source = $"[StateMachine] public partial class M {{ private int x; [Command] public int F(int n) => x += n; {handler} }}";
        var consumer = Consumer.Of(source, $"public static class Usage {{ public static async Task<int> Use(IM d) {{ {call} return await d.FAsync(1); }} }}");
        Assert.All(consumer.Problems, diagnostic => Assert.Equal("CS0219", diagnostic.Id));
        HandlerShape faulty = Assert.Single(MachineOf(source).Handlers, shape => shape.Problem != HandlerProblem.None);
        Assert.Equal(problem, faulty.Problem.ToString());
    }

    /// <summary>Half-typed code is what a generator sees most.</summary>
    [Fact]
    public void Generate_EveryPrefixOfAFile_NeverThrows()
    {
        string source = Sources.Book;
        GeneratorDriver driver = Consumer.Driver();
        for (int length = 0; length < source.Length; length += 29)
        {
            driver = driver.RunGenerators(Consumer.Compile(source[..length]), TestContext.Current.CancellationToken);
            GeneratorRunResult result = driver.GetRunResult().Results.Single();
            Assert.True(result.Exception is null, $"First {length} characters: {result.Exception}");
            Assert.Empty(result.Diagnostics);
        }
    }

    [Theory]
    [InlineData("[StateMachine] public partial struct M;")]
    [InlineData("[StateMachine] public static partial class M;")]
    [InlineData("[StateMachine] public partial class M : Missing { private Unknown u; [Command] public Lost F(List<Lost> x) => throw null!; }")]
    [InlineData("[StateMachine(ClientName = \"no name\")] public partial class M { [Command] public int F() => 1; }")]
    [InlineData("public interface IM; [StateMachine] public partial class M { [Command] public int F() => 1; }")]
    public void Generate_CodeThatCannotCompile_NoErrorInGeneratedFiles(string source)
    {
        var consumer = Consumer.Of(source);
        Assert.DoesNotContain(consumer.Problems, diagnostic => diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);
    }

    private static MachineShape MachineOf(string source)
    {
        CSharpCompilation compilation = Consumer.Compile(source);
        INamedTypeSymbol type = Assert.Single(
            compilation.GetSymbolsWithName(name => name == "M", SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>());
        return MachineShape.Of(type, SymbolNames.FindAttribute(type, KnownNames.StateMachineAttribute)!, compilation);
    }
}
