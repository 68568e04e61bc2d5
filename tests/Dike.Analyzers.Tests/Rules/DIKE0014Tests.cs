using Dike.Analyzers.Tests.Verification;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0014Tests
{
    [Theory]
    [InlineData("[StateMachine] public abstract partial class {|DIKE0014:M|} { [Command] public void A() { } }")]
    [InlineData("[StateMachine] public static partial class {|DIKE0014:M|} { [Command] public static void A() { } }")]
    [InlineData("[StateMachine] public partial class {|DIKE0014:M|}<T> { [Command] public void A() { } }")]
    [InlineData("public partial class Outer<T> { [StateMachine] public partial class {|DIKE0014:M|} { [Command] public void A() { } } }")]
    [InlineData("[{|CS0592:StateMachine|}] public partial struct {|DIKE0014:M|} { [Command] public void A() { } }")]
    [InlineData("[StateMachine] public partial class {|DIKE0014:M|} { public M(int n) { } [Command] public void A() { } }")]
    [InlineData("[StateMachine] public partial class {|DIKE0014:M|}(int n) { public M() : this(1) { } [Command] public int A() => n; }")]
    [InlineData("public class Base { } [StateMachine] public partial class {|DIKE0014:M|} : Base { [Command] public void A() { } }")]
    [InlineData("[StateMachine(\"no good\")] public partial class {|DIKE0014:M|} { [Command] public void A() { } }")]
    [InlineData("[StateMachine(MinVersion = 2)] public partial class {|DIKE0014:M|} { [Command] public void A() { } }")]
    [InlineData("public interface IM { } [StateMachine] public partial class {|DIKE0014:M|} { [Command] public void A() { } }")]
    public Task Class_NotUsable_IsFlaggedOnce(string source) => Verify.SourceAsync(source);

    [Theory]
    [InlineData("[StateMachine] public sealed partial class M { private M() { } [Command] public void A() { } }")]
    [InlineData("[StateMachine] public partial class M { public M() { } public M(int n) { } [Command] public void A() { } }")]
    [InlineData("public interface IAny { void A(); } [StateMachine(\"m-1\", Version = 3, MinVersion = 2)] internal partial class M : IAny { [Command] public void A() { } }")]
    [InlineData("public abstract class NotAMachine<T> { } public static class Neither { }")]
    public Task Class_Usable_IsQuiet(string source) => Verify.SourceAsync(source);

    [Fact]
    public async Task GeneratedInterface_DoesNotTakeTheName()
    {
        const string Machine = "using Dike; [StateMachine] public partial class M { [Command] public void A() { } }";
        const string Generated = "[System.CodeDom.Compiler.GeneratedCode(\"g\", \"1\")] public interface IM { } public partial class M { }";
        Assert.Empty(await AnalyzerRun.DiagnosticsAsync(Machine, Generated));
    }
}
