namespace Dike.Planted;

/// <summary>What became of one bug.</summary>
/// <param name="Id">The bug.</param>
/// <param name="Area">Its area.</param>
/// <param name="Breaks">What it breaks.</param>
/// <param name="Detections">The simulator's searches; none if it does not run this part.</param>
/// <param name="UnsureSeeds">How many seeds failed that are clean without the bug, but in a way that other seeds fail in without any bug: no proof of anything.</param>
/// <param name="CaughtByTest">The test that caught it, or null; only run where the simulator did not.</param>
internal sealed record BugResult(
    string Id, string Area, Breakage Breaks, IReadOnlyList<Detection> Detections, int UnsureSeeds, string? CaughtByTest)
{
    /// <summary>Whether the simulator caught it, from any of its first seeds.</summary>
    public bool CaughtBySimulator => Detections.Any(detection => detection.SeedsToDetect is not null);

    /// <summary>Whether anything caught it.</summary>
    public bool IsCaught => CaughtBySimulator || CaughtByTest is not null;

    /// <summary>The median of the searches, or null if less than half of them caught it.</summary>
    public int? MedianSeeds
    {
        get
        {
            int[] ordered = [.. Detections.Select(detection => detection.SeedsToDetect ?? int.MaxValue).Order()];
            return ordered.Length == 0 || ordered[ordered.Length / 2] == int.MaxValue ? null : ordered[ordered.Length / 2];
        }
    }
}
