using Dike.Analyzers.Tests.Verification;
using Dike.CodeFixes;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0010Tests
{
    [Fact]
    public Task Machine_NotPartial_IsFlagged() => Verify.SourceAsync("""
        [StateMachine]
        public sealed class {|DIKE0010:Counter|} { private long value; [Command] public long Add(long n) => value += n; }
        """);

    [Fact]
    public Task NestedMachine_InPartialTypes_IsQuiet() => Verify.SourceAsync("""
        public static partial class Machines
        {
            [StateMachine]
            public sealed partial class Counter { private long value; [Command] public long Add(long n) => value += n; }
        }
        """);

    [Fact]
    public async Task NestedMachine_InPlainType_NamesThatType()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(
            "public static class Machines { [Dike.StateMachine] public sealed partial class Counter { [Dike.Command] public void Add() { } } }"));
        Assert.Equal(
            "State machine 'Counter' needs 'partial' on 'Machines': its codecs and dispatch table are generated into a second part",
            diagnostic.GetMessage(null));
    }

    [Fact]
    public async Task FixAll_TwoMachinesInOneType_MakesItPartialOnce()
    {
        var test = new RuleTest<DIKE0010Fix>(
            Verify.WithUsings("""
            // All of ours.
            public class Machines
            {
                [StateMachine]
                public sealed class {|DIKE0010:First|} { private int a; }

                /// <summary>The other.</summary>
                [StateMachine]
                class {|DIKE0010:Second|} { private int b; }
            }
            """),
            Verify.WithUsings("""
            // All of ours.
            public partial class Machines
            {
                [StateMachine]
                public sealed partial class First { private int a; }

                /// <summary>The other.</summary>
                [StateMachine]
                partial class Second { private int b; }
            }
            """))
        {
            NumberOfFixAllIterations = 1,
        };
        await test.RunAsync(TestContext.Current.CancellationToken);
    }
}
