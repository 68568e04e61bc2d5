namespace Dike.Tests;

/// <summary>How long a test waits for a condition before it counts as failed. Far above what any machine needs: it bounds, it does not time.</summary>
internal static class Bound
{
    public static TimeSpan Time { get; } = TimeSpan.FromSeconds(30);
}
