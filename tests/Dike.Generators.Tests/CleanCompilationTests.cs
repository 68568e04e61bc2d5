using Dike.Generators.Tests.Consumers;

namespace Dike.Generators.Tests;

/// <summary>Generated code compiles without a warning under warnings as errors, whatever the user's names, nesting and attributes are.</summary>
public sealed class CleanCompilationTests
{
    [Theory]
    [InlineData(Sources.Counter)]
    [InlineData(Sources.Arithmetic)]
    [InlineData(Sources.Book)]
    [InlineData("[StateMachine] public sealed partial class Empty;")]
    [InlineData("[StateMachine] internal sealed partial class Global { private int x; [Command] public int F() => x; }")]
    [InlineData("namespace @event.@class; [StateMachine] public partial class @record { private int @int; [Command] public int @void(int @params, int @class) => @int = @params + @class; }")]
    [InlineData("namespace System.Dike.MemoryPack; [StateMachine] public partial class Task { private int x; [Command] public int Read() => x; public class String; public class CancellationToken; }")]
    [InlineData("[StateMachine] public partial class Names { private int writer, reader, machine, call; [Command] public int F(int machine, int call, int machine_, int channel, int arguments, string cancellationToken) => this.machine + writer + reader + this.call + machine + call + machine_ + channel + arguments + cancellationToken.Length; }")]
    [InlineData("[StateMachine] public partial class Async { [Query] public int ReadAsync() => 1; [Query] public int Get() => 1; [Command(\"get2\")] public int Get(int n) => n; }")]
    [InlineData("[StateMachine] public partial record Recorded { public int Value { get; private set; } [Command] public int F() => ++Value; }")]
    [InlineData("[StateMachine] public partial class Explicit : Explicit.IHas { int IHas.Value { get; set; } public interface IHas { int Value { get; set; } } [Query] public int F() => ((IHas)this).Value; }")]
    [InlineData("[StateMachine(\"my-name.1\", ClientName = \"Ledger\")] public partial class Account { [Query] public int F() => 1; public static ILedger Use(IDikeClient dike) => dike.Ledger(\"k\"); }")]
    [InlineData("public interface IAccount; [StateMachine(ClientName = \"Ledger\")] public partial class Account { [Query] public int F() => 1; }")]
    [InlineData("public partial class Outer { internal partial struct Middle { [StateMachine] private partial class Inner { private List<Secret> s = []; private record Secret(int X); [Command] public int F() => s.Count; } } }")]
    [InlineData("namespace A { public record Item(int X); [StateMachine] public partial class M { private List<Item> a = []; private List<B.Item> b = []; [Query] public int F(Item x, B.Item y) => a.Count + b.Count; } } namespace B { public record Item(string Y); }")]
    [InlineData("[StateMachine] public partial class One { private int x; [Command] public int F() => x; } [StateMachine] public partial class Two { private int x; [Command] public int F() => x; }")]
    [InlineData("internal sealed record Hidden(int X); [StateMachine] public partial class M { private Hidden? h; [Command] internal Hidden? Put(Hidden? x) => h = x; }")]
    public void Generate_EachMachine_NoWarning(string source)
    {
        var consumer = Consumer.Of(source);
        consumer.AssertClean();
        Assert.NotEmpty(consumer.Files);
    }

    [Fact]
    public void Generate_FilesWithClashingUsings_NoWarning() => Consumer.Of("""
        using System.Runtime.CompilerServices;
        using MemoryPack;

        [Dike.StateMachine] public partial class M { private int x; [Dike.Command] public int F() => x; }
        """).AssertClean();

    [Fact]
    public void Generate_Defaults_CallersMayLeaveThemOut() => Consumer.Of("""
        public enum Color { Red = -1, Blue = 2 }

        [StateMachine]
        public partial class M
        {
            private int x;

            [Command]
            public int F(
                CommandContext context, int required, int number = -5, string text = "a\"\n\\", string? none = null, char letter = '\'', bool flag = true, double d = -1.5,
                double nan = double.NaN, float f = float.NegativeInfinity, decimal m = 1.10m, Color color = Color.Red, Color? maybe = Color.Blue,
                Guid id = default, long big = long.MinValue, ulong huge = ulong.MaxValue, int? nothing = null) =>
                x += context.Key.Length + required + number;
        }

        public static class Usage
        {
            public static Task<int> Use(IDikeClient dike) => dike.M("k").FAsync(1, letter: 'x', cancellationToken: CancellationToken.None);
        }
        """).AssertClean();

    [Fact]
    public void Generate_DocumentationAndObsolete_CarriedOver()
    {
        var consumer = Consumer.Of("""
            [StateMachine]
            public partial class M
            {
                private int x;

                /// <summary>Adds <paramref name="n"/> &amp; more, see <see cref="string"/>.</summary>
                /// <param name="n">A number
                /// on two lines.</param>
                /// <param name="context">Not for callers.</param>
                /// <returns>The sum.</returns>
                [Command] public int F(int n, CommandContext context) => x += n + context.Key.Length;

                [Command, Obsolete("Use F.")] public int Old() => x;

                [Command, Obsolete("Gone.", true, DiagnosticId = "X1")] public int Gone() => x;

                /// <summary>Broken <b> documentation.</summary>
                [Query] public int Broken() => x;
            }
            """);
        string file = consumer.SingleFile();
        Assert.All(consumer.Problems, problem => Assert.Equal("CS1570", problem.Id));
        Assert.Contains("/// <summary>Adds <paramref name=\"n\" /> &amp; more, see <see cref=\"T:System.String\" />.</summary>\n", file, StringComparison.Ordinal);
        Assert.Contains("/// on two lines.</param>\n", file, StringComparison.Ordinal);
        Assert.DoesNotContain("Not for callers", file, StringComparison.Ordinal);
        Assert.Contains("[global::System.ObsoleteAttribute(\"Use F.\")]", file, StringComparison.Ordinal);
        Assert.Contains("[global::System.ObsoleteAttribute(\"Gone.\", true, DiagnosticId = \"X1\")]", file, StringComparison.Ordinal);
        Assert.Contains("/// <summary>Query <c>Broken</c>.</summary>", file, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_PackableType_WrittenByItsOwnCode() => Consumer.Of("""
        using System.Buffers;
        using MemoryPack;

        [MemoryPackable]
        public partial class Packed : IMemoryPackable<Packed>
        {
            public int X;
            public static void RegisterFormatter() { }
            public static void Serialize<TBufferWriter>(ref MemoryPackWriter<TBufferWriter> writer, scoped ref Packed? value)
                where TBufferWriter : IBufferWriter<byte> => writer.WriteUnmanaged(value!.X);
            public static void Deserialize(ref MemoryPackReader reader, scoped ref Packed? value) => value = new Packed { X = reader.ReadUnmanaged<int>() };
        }

        [StateMachine] public partial class M { private List<Packed> all = []; [Command] public Packed F(Packed p) { all.Add(p); return p; } }
        """).Load();
}
