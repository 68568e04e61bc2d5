namespace Dike.Planted;

/// <summary>What the command line asks for.</summary>
/// <param name="Only">Areas or ids; none for all.</param>
/// <param name="Seeds">How many seeds each search has at most.</param>
/// <param name="From">The first seeds of the searches.</param>
/// <param name="SimulatorAlone">Whether tests run only where the simulator does not.</param>
/// <param name="Limit">How long one process may run.</param>
internal sealed record RunOptions(IReadOnlyCollection<string> Only, int Seeds, IReadOnlyList<long> From, bool SimulatorAlone, TimeSpan Limit);
