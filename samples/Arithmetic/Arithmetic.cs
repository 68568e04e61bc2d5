using Dike;

namespace ArithmeticSample;

/// <summary>
/// The arithmetic server of the original Dike: one number per key, from 0 on. Every command either gives the key's new value or is rejected and changes nothing.
/// It runs alike on every replica, so it knows nothing but its field and its arguments.
/// </summary>
[StateMachine]
public sealed partial class Arithmetic
{
    private long value;

    /// <summary>Adds <paramref name="n"/>.</summary>
    /// <param name="n">The number to add.</param>
    /// <returns>The new value, or the rejection <c>overflow</c>.</returns>
    [Command]
    public Reply<long> Add(long n) => Set((Int128)value + n);

    /// <summary>Subtracts <paramref name="n"/>.</summary>
    /// <param name="n">The number to subtract.</param>
    /// <returns>The new value, or the rejection <c>overflow</c>.</returns>
    [Command]
    public Reply<long> Sub(long n) => Set((Int128)value - n);

    /// <summary>Multiplies by <paramref name="n"/>.</summary>
    /// <param name="n">The factor.</param>
    /// <returns>The new value, or the rejection <c>overflow</c>.</returns>
    [Command]
    public Reply<long> Mult(long n) => Set((Int128)value * n);

    /// <summary>Divides by <paramref name="n"/>, truncating toward zero.</summary>
    /// <param name="n">The divisor.</param>
    /// <returns>The new value, or the rejection <c>division-by-zero</c> or <c>overflow</c> (the smallest value by -1).</returns>
    [Command]
    public Reply<long> Div(long n) =>
        n == 0 ? Reply.Reject<long>("division-by-zero", "the divisor must not be 0") : Set((Int128)value / n);

    /// <summary>The value.</summary>
    /// <returns>The value; 0 for a key that was never changed.</returns>
    [Query]
    public long Read() => value;

    // 128 bits hold the result of any of the operations on two 64-bit numbers, so the check can come after the calculation.
    private Reply<long> Set(Int128 result)
    {
        if (result < long.MinValue || result > long.MaxValue)
        {
            return Reply.Reject<long>("overflow");
        }

        value = (long)result;
        return value;
    }
}
