using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

public sealed class LoadTests
{
    [Fact]
    public void OperationsOf_SameSeed_AreTheSame() => Assert.Equal(Texts(new Load(42)), Texts(new Load(42)));

    [Fact]
    public void OperationsOf_OtherSeed_AreOthers() => Assert.NotEqual(Texts(new Load(42)), Texts(new Load(43)));

    [Fact]
    public void OperationsOf_TwoCallers_AreOthers() => Assert.NotEqual(new Load(42).OperationsOf(0), new Load(42).OperationsOf(1));

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void OperationsOf_AllCallers_AreAllKindsOverTheKeys(int seed)
    {
        Operation[] operations = [.. Enumerable.Range(0, Load.Callers).SelectMany(new Load(seed).OperationsOf)];

        Assert.Equal(Load.TotalOperations, operations.Length);
        Assert.Equal(Enum.GetValues<OperationKind>(), operations.Select(operation => operation.Kind).Distinct().Order());
        Assert.InRange(operations.Select(operation => operation.Key).Distinct().Count(), Load.Keys / 2, Load.Keys);
        Assert.Contains(operations, operation => operation is { Kind: OperationKind.Div, Operand: 0 });
    }

    [Fact]
    public void OperationsOf_FixedSeed_StaysWhatItWas() =>
        Assert.Equal(["key-3038 sub 71", "key-0645 sub 98", "key-4738 sub -91"], new Load(1).OperationsOf(0).Take(3).Select(operation => operation.ToString()));

    private static string[] Texts(Load load) =>
        [.. Enumerable.Range(0, Load.Callers).SelectMany(load.OperationsOf).Select(operation => operation.ToString())];
}
