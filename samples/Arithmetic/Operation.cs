using System.Globalization;
using Dike;

namespace ArithmeticSample;

/// <summary>What a line of a script or a caller of the load asks for.</summary>
internal enum OperationKind
{
    Add,
    Sub,
    Mult,
    Div,
    Read,
}

/// <summary>One call on one key. Its text is a line of a script.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kind">What to do.</param>
/// <param name="Operand">The number; 0 and without meaning for <see cref="OperationKind.Read"/>.</param>
internal sealed record Operation(string Key, OperationKind Kind, long Operand)
{
    /// <summary>Calls the cluster. A rejection is a result; every other failure is an exception.</summary>
    public async Task<OperationResult> ExecuteAsync(IDikeClient dike, CancellationToken cancellationToken)
    {
        IArithmetic calculator = dike.Arithmetic(Key);
        try
        {
            long value = await (Kind switch
            {
                OperationKind.Add => calculator.AddAsync(Operand, cancellationToken),
                OperationKind.Sub => calculator.SubAsync(Operand, cancellationToken),
                OperationKind.Mult => calculator.MultAsync(Operand, cancellationToken),
                OperationKind.Div => calculator.DivAsync(Operand, cancellationToken),
                OperationKind.Read => calculator.ReadAsync(cancellationToken),
            });
            return new OperationResult(this, value, null);
        }
        catch (CommandRejectedException rejection)
        {
            return new OperationResult(this, null, rejection.RejectionCode);
        }
    }

    public override string ToString() => Kind switch
    {
        OperationKind.Read => $"{Key} read",
        OperationKind.Add or OperationKind.Sub or OperationKind.Mult or OperationKind.Div =>
            string.Create(CultureInfo.InvariantCulture, $"{Key} {Kind.ToString().ToLowerInvariant()} {Operand}"),
    };
}

/// <summary>What became of an operation: exactly one of the two is there.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Value">The key's value after it.</param>
/// <param name="RejectionCode">Why the state machine refused it.</param>
internal sealed record OperationResult(Operation Operation, long? Value, string? RejectionCode)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Operation} {(RejectionCode is null ? $"= {Value}" : $"! {RejectionCode}")}");
}
