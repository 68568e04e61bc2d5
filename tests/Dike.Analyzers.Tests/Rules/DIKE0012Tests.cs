using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0012Tests
{
    [Theory]
    [InlineData("[Command] public void Do(Action {|DIKE0012:work|}) { }")]
    [InlineData("[Command] public void Do(List<Stream> {|DIKE0012:work|}) { }")]
    [InlineData("[Command] public void Do(object {|DIKE0012:work|}) { }")]
    [InlineData("[Command] public void Do(IServiceProvider {|DIKE0012:work|}) { }")]
    [InlineData("[Command] public void Do(Type {|DIKE0012:work|}) { }")]
    [InlineData("[Command] public void Do(ReplyContext {|DIKE0012:reply|}) { }")]
    [InlineData("[Command] public void Do(ReadOnlySpan<byte> {|DIKE0012:bytes|}) { }")]
    [InlineData("[Query] public Stream {|DIKE0012:Read|}() => null!;")]
    [InlineData("[Command] public Reply<Task<int>> {|DIKE0012:Read|}() => default;")]
    [InlineData("private Func<int> {|DIKE0012:rule|} = () => 1;")]
    [InlineData("private Dictionary<int, Lazy<int>> {|DIKE0012:lazy|} = new();")]
    [InlineData("public System.Threading.CancellationTokenSource? {|DIKE0012:Source|} { get; set; }")]
    [InlineData("public event Action {|DIKE0012:Changed|} = null!;")]
    [InlineData("public sealed class Grow<T> { public Grow<List<T>>? Next { get; set; } } [Command] public void Do(Grow<int> {|DIKE0012:work|}) { }")]
    public Task Type_WithoutContent_IsFlaggedOnce(string members) => Verify.MachineAsync(members);

    [Theory]
    [InlineData("private readonly Dictionary<string, List<(int A, DateTimeOffset? B)>> state = new();")]
    [InlineData("private SortedDictionary<Guid, Bid> bids = new(); public sealed record Bid(string Who, decimal Amount, Bid? Previous);")]
    [InlineData("[Transient] private Func<int>? cached; [Transient] public Stream? Log { get; set; }")]
    [InlineData("private static readonly Func<int, int> Twice = x => 2 * x; private const int Limit = 3;")]
    [InlineData("public enum Colour { Red } [Command] public void Paint(Colour colour, Colour? other, byte[] raw, int[][] jagged, Int128 big) { }")]
    [InlineData("[Query] public IReadOnlyList<KeyValuePair<string, Uri>> All() => [];")]
    public Task Data_IsQuiet(string members) => Verify.MachineAsync(members);

    [Fact]
    public async Task Message_NamesTheOffendingMember()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Verify.InMachine("""
            public sealed class Order { public Order? Before { get; set; } public List<Line> Lines { get; set; } = []; }
            public sealed class Line { public Action? Done { get; set; } }
            [Command] public void Place(Order order) { }
            """)));
        Assert.StartsWith(
            "Parameter 'order' of 'Place' cannot be serialized: order.Lines.Done: System.Action? is not serializable",
            diagnostic.GetMessage(null),
            StringComparison.Ordinal);
    }

    [Fact]
    public Task TypeThatCallersCannotName_IsFlaggedAtItsParameter() => Verify.SourceAsync("""
        internal sealed partial class Outer
        {
            private sealed record Hidden(int N);

            [StateMachine]
            private sealed partial class Inner { [Command] public void Place(int a, Hidden[] {|DIKE0012:hidden|}) { } }
        }
        """);
}
