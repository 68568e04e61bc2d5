namespace Dike.Planted;

/// <summary>A part of the product, and what is run to catch the bugs in it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Simulated">Whether the simulator runs this part.</param>
/// <param name="Tests">The tests that catch what the simulator does not run, or does not catch; in this order.</param>
internal sealed record Area(string Name, bool Simulated, IReadOnlyList<TestProgram> Tests);
