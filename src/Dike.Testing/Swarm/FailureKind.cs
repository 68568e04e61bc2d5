using System.Text.RegularExpressions;

namespace Dike.Testing.Swarm;

/// <summary>
/// What two failures must share to be the same finding: their first line, numbers and hashes aside, because slots, times and nodes move when a plan shrinks.
/// </summary>
internal static partial class FailureKind
{
    /// <summary>The kind of a failure.</summary>
    public static string Of(string failure) => Numbers().Replace(FirstLine(failure), "#");

    /// <summary>The first line of a failure.</summary>
    public static string FirstLine(string failure)
    {
        int end = failure.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? failure : failure[..end];
    }

    [GeneratedRegex(@"\b[0-9a-fA-F]{8,}\b|\d+")]
    private static partial Regex Numbers();
}
