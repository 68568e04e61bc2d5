using System.Reflection;
using Dike.Generators.Shapes;
using Dike.Generators.Tests.Consumers;

namespace Dike.Generators.Tests;

/// <summary>The generated client as user code calls it, over a client without a network.</summary>
public sealed class ClientTests
{
    private const string Usage = """
        namespace Samples;

        public static class Usage
        {
            public static long Direct() => new Arithmetic().Add(15).Value;

            public static async Task<string> Calculate(IDikeClient dike)
            {
                IArithmetic calculator = dike.Arithmetic("somekey");
                long first = await calculator.AddAsync(15);
                long second = await calculator.AddAsync(n: 1);
                long third = await calculator.DivAsync(2);
                long fourth = await calculator.AddAndMailAsync(1, "x@example.org");
                return $"{first} {second} {third} {fourth} {await calculator.ReadAsync()}";
            }

            public static async Task<string> Keep(IDikeClient dike, CancellationToken token)
            {
                IBook book = dike.Book("k", new DikeCallOptions { Ring = "r" });
                await book.PutAsync("a", new Order(1, "n", null, Color.Green) { Price = 1.5m });
                await book.PutAsync("A", new Order(2, "n", [], Color.Red), true, token);
                Order? found = await book.FindAsync("a");
                return $"{found?.Id} {string.Join(",", await book.KeysAsync())} {await book.FindAsync("b") is null}";
            }
        }
        """;

    private static readonly Assembly Assembly = Consumer.Of(Sources.Arithmetic, Sources.Book, Usage).Load();

    [Fact]
    public void Machine_UsedDirectly_IsAnOrdinaryClass() => Assert.Equal(15L, Run("Direct"));

    [Fact]
    public async Task Accessor_OverAFakeClient_CallsReachTheMachine()
    {
        var dike = new LoopbackClient(MachineProbe.Of(Assembly, "Samples.Arithmetic"));
        Assert.Equal("15 16 8 9 9", await (Task<string>)Run("Calculate", dike)!);
        Assert.Equal("somekey", dike.Key);
        Assert.Null(dike.Options);
        Assert.Equal(["Add", "Add", "Div", "AddAndMail", "Read"], dike.Calls.Select(call => call.Method.Name));
        Assert.Equal("0F00000000000000", Convert.ToHexString(dike.Calls[0].Arguments));
        Assert.Equal(WireNames.TagOf("Add"), dike.Calls[0].Method.Tag);
        Assert.Equal("Arithmetic", dike.Contract!.Name);
    }

    [Fact]
    public async Task Accessor_RecordsOptionsAndToken_ArePassedOn()
    {
        var dike = new LoopbackClient(MachineProbe.Of(Assembly, "Samples.Book"));
        using var source = new CancellationTokenSource();
        Assert.Equal("2 A,a True", await (Task<string>)Run("Keep", dike, source.Token)!);
        Assert.Equal("r", dike.Options!.Ring);
        Assert.Equal(source.Token, dike.Calls[1].CancellationToken);
        MachineContract contract = dike.Contract!;
        Assert.Equal(("orders", StateScope.Partition, 3, 2), (contract.Name, contract.Scope, contract.Version, contract.MinVersion));
        Assert.Equal(Consistency.Stale, contract.Find(WireNames.TagOf("Find"))!.Consistency);
        Assert.True(contract.Find(WireNames.TagOf("Find"))!.IsQuery);
        Assert.False(contract.Find(WireNames.TagOf("put"))!.IsQuery);
    }

    private static object? Run(string method, params object[] arguments) => Assembly.GetType("Samples.Usage")!.GetMethod(method)!.Invoke(null, arguments);
}
