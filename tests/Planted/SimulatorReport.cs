namespace Dike.Planted;

/// <summary>What is read of the simulator's JSON report.</summary>
/// <param name="Seeds">How many seeds ran.</param>
/// <param name="Invalid">How many of them do not count.</param>
/// <param name="Failures">Those that failed.</param>
internal sealed record SimulatorReport(int Seeds, int Invalid, IReadOnlyList<SeedFailure> Failures);
