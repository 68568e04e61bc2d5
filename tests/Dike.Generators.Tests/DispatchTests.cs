using System.Reflection;
using Dike.Generators.Shapes;
using Dike.Generators.Tests.Consumers;
using MemoryPack;

namespace Dike.Generators.Tests;

/// <summary>The dispatch table, called as the runtime calls it.</summary>
public sealed class DispatchTests
{
    private const string Source = """
        [StateMachine]
        public sealed partial class Table
        {
            private string last = "";

            [Command] public void Void(int machine, int call) => last = $"{machine} {call}";
            [Command] public Reply Plain(bool reject) => reject ? Reply.Reject("no") : Reply.Done;
            [Command] public Reply<string> Typed(string text) => text;
            [Command] public string Context(CommandContext context, int number) => context.Key + number;
            [Command] public string Order(int first, int second, string third, int? fourth = 4) => last = $"{first} {second} {third} {fourth}";
            [Command("other-name")] internal int Renamed() => 5;
            [Query] public string Last() => last;
            [Query] public string? Null(string? maybe) => maybe;
            [Query] public int[] Sum(IEnumerable<int> a, ICollection<int> b, IReadOnlyDictionary<int, int> c, ISet<int> d) => [a.Sum(), b.Sum(), c.Values.Sum(), d.Sum()];
        }
        """;

    private static readonly Assembly Assembly = Consumer.Of(Source).Load();

    private static readonly MachineProbe Probe = MachineProbe.Of(Assembly, "Table");

    [Theory]
    [InlineData("Void", "0100000002000000", "")]
    [InlineData("Plain", "01", "")]
    [InlineData("Typed", "0100000061", "0100000061")]
    [InlineData("Context", "07000000", "0600000070726F626537")]
    [InlineData("Order", "0100000002000000010000006301", null)]
    [InlineData("Order", "010000000200000001000000630109000000", "0700000031203220632039")]
    [InlineData("other-name", "", "05000000")]
    [InlineData("Null", "FFFFFFFF", "FFFFFFFF")]
    [InlineData("Sum", "010000000100000001000000020000000100000003000000040000000100000008000000", "0400000001000000020000000400000008000000")]
    public void Invoke_EachFormOfHandler_ArgumentsInOrderAndValue(string wireName, string arguments, string? expected)
    {
        Func<InvocationOutcome> invoke = () => Probe.Invoke(Probe.Create(), WireNames.TagOf(wireName), Convert.FromHexString(arguments));
        if (expected is null)
        {
            Assert.Throws<MemoryPackSerializationException>(invoke);
            return;
        }

        InvocationOutcome outcome = invoke();
        Assert.False(outcome.IsUnknown);
        Assert.Equal(expected, Convert.ToHexString(outcome.Value));
    }

    [Fact]
    public void Invoke_UnknownTag_SaysSo() => Assert.True(Probe.Invoke(Probe.Create(), 0x12345678, []).IsUnknown);

    [Fact]
    public void Invoke_NameOfTheMethodWhereAnotherWireNameIsGiven_Unknown() => Assert.True(Probe.Invoke(Probe.Create(), WireNames.TagOf("Renamed"), []).IsUnknown);

    [Fact]
    public void Invoke_NullForAParameterThatExcludesIt_RefusedBeforeTheHandler()
    {
        MemoryPackSerializationException thrown = Assert.Throws<MemoryPackSerializationException>(
            () => Probe.Invoke(Probe.Create(), WireNames.TagOf("Typed"), [0xFF, 0xFF, 0xFF, 0xFF]));
        Assert.Contains("'text' is null", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_BytesBehindTheArguments_Refused() =>
        Assert.Throws<MemoryPackSerializationException>(() => Probe.Invoke(Probe.Create(), WireNames.TagOf("Last"), [0]));

    [Fact]
    public void Contract_Methods_InOrdinalOrderWithTheirNumbers()
    {
        MachineContract contract = Probe.Contract;
        Assert.Equal(["Context", "Last", "Null", "Order", "Plain", "Sum", "Typed", "Void", "other-name"], contract.Methods.Select(method => method.Name));
        Assert.All(contract.Methods, method => Assert.Equal(WireNames.TagOf(method.Name), method.Tag));
        Assert.Equal("(int, int, string, int?) -> string", contract.Find(WireNames.TagOf("Order"))!.Signature);
        Assert.Equal("last:string", contract.StateShape);
        Assert.Equal(64, contract.Hash.Length);
    }

    /// <summary>SHA-256 of "Add" begins 9FD728C6; anyone can check that with other tools.</summary>
    [Fact]
    public void TagOf_KnownName_FirstFourBytesOfItsHash() => Assert.Equal(0x9FD728C6u, WireNames.TagOf("Add"));
}
