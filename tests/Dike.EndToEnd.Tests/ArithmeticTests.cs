using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>The machine alone: no host is needed to test a state machine.</summary>
public sealed class ArithmeticTests
{
    [Fact]
    public void Read_NewMachine_IsZero() => Assert.Equal(0, new Arithmetic().Read());

    [Fact]
    public void Commands_OneAfterTheOther_GiveTheNewValue()
    {
        var machine = new Arithmetic();

        Assert.Equal(15, machine.Add(15).Value);
        Assert.Equal(16, machine.Add(1).Value);
        Assert.Equal(8, machine.Div(2).Value);
        Assert.Equal(-24, machine.Mult(-3).Value);
        Assert.Equal(-25, machine.Sub(1).Value);
        Assert.Equal(-25, machine.Read());
    }

    [Theory]
    [InlineData(7, 2, 3)]
    [InlineData(-7, 2, -3)]
    [InlineData(7, -2, -3)]
    [InlineData(-7, -2, 3)]
    public void Div_WithRemainder_TruncatesTowardZero(long dividend, long divisor, long quotient)
    {
        var machine = new Arithmetic();
        machine.Add(dividend);

        Assert.Equal(quotient, machine.Div(divisor).Value);
    }

    [Fact]
    public void Div_ByZero_IsRejectedAndChangesNothing()
    {
        var machine = new Arithmetic();
        machine.Add(5);

        Assert.Equal("division-by-zero", machine.Div(0).Code);
        Assert.Equal(5, machine.Read());
    }

    [Theory]
    [InlineData(long.MaxValue, OperationKind.Add, 1)]
    [InlineData(long.MinValue, OperationKind.Sub, 1)]
    [InlineData(long.MinValue, OperationKind.Div, -1)]
    [InlineData(long.MinValue, OperationKind.Mult, -1)]
    [InlineData(long.MaxValue, OperationKind.Mult, long.MaxValue)]
    [InlineData(long.MinValue, OperationKind.Add, long.MinValue)]
    internal void Commands_OutOfRange_AreRejectedAndChangeNothing(long value, OperationKind kind, long operand)
    {
        var machine = new Arithmetic();
        machine.Add(value);

        Reply<long> reply = kind switch
        {
            OperationKind.Add => machine.Add(operand),
            OperationKind.Sub => machine.Sub(operand),
            OperationKind.Mult => machine.Mult(operand),
            OperationKind.Div => machine.Div(operand),
            OperationKind.Read => machine.Read(),
        };

        Assert.Equal("overflow", reply.Code);
        Assert.Equal(value, machine.Read());
    }
}
