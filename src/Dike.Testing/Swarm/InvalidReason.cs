namespace Dike.Testing.Swarm;

/// <summary>Why some seeds did not count.</summary>
/// <param name="Reason">The reason, numbers aside.</param>
/// <param name="Seeds">How many seeds it took out.</param>
/// <param name="FirstSeed">One of them.</param>
internal sealed record InvalidReason(string Reason, int Seeds, long FirstSeed);
