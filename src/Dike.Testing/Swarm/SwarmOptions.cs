namespace Dike.Testing.Swarm;

/// <summary>Which seeds a run takes and how.</summary>
/// <param name="From">The first seed.</param>
/// <param name="Seeds">How many, one after another.</param>
/// <param name="Parallel">How many run at the same time, each on a thread of its own.</param>
/// <param name="KeepGoing">Whether seeds after the first failure are run, too.</param>
internal sealed record SwarmOptions(long From, int Seeds, int Parallel, bool KeepGoing);
