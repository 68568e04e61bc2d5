using System.Runtime.CompilerServices;

namespace Dike.Wire;

/// <summary>The always-on asserts of the wire format: what fails here is a fault of ours, never of a peer.</summary>
internal static class WireFormat
{
    public static void Require(bool condition, [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Invariant of the wire format broken: {expression}");
        }
    }
}
