namespace Dike.Planted;

/// <summary>What the search from one first seed came to.</summary>
/// <param name="From">The first seed.</param>
/// <param name="SeedsToDetect">How many seeds, those that fail without any bug left out, it took; null if none caught it.</param>
/// <param name="By">What the simulator said, or null.</param>
internal sealed record Detection(long From, int? SeedsToDetect, string? By);
