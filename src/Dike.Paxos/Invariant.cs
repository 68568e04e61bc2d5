using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Dike.Paxos;

/// <summary>
/// The asserts of the core: always on, also in Release. A broken one means that a promise made to the rest of the group cannot be kept;
/// the caller stops the group and keeps what is on disk as evidence.
/// </summary>
internal static class Invariant
{
    /// <exception cref="InvariantViolatedException"><paramref name="condition"/> does not hold.</exception>
    public static void Require([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            throw new InvariantViolatedException($"Does not hold: {expression}");
        }
    }

    /// <summary>As above, with the values; they are formatted only when the condition does not hold.</summary>
    /// <exception cref="InvariantViolatedException"><paramref name="condition"/> does not hold.</exception>
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref InvariantMessage values,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            throw new InvariantViolatedException($"Does not hold: {expression} ({values.ToText()})");
        }
    }
}

/// <summary>Formats the values of an assert, and nothing while it holds: asserts stay cheap enough to stay on.</summary>
[InterpolatedStringHandler]
internal ref struct InvariantMessage
{
    private DefaultInterpolatedStringHandler _text;

    public InvariantMessage(int literalLength, int formattedCount, bool condition, out bool isNeeded)
    {
        isNeeded = !condition;
        _text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string ToText() => _text.ToStringAndClear();
}
