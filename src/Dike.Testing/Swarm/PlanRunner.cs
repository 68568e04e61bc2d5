using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>Runs one plan to its end: the simulator, or what stands for it in a test.</summary>
/// <param name="plan">What to run.</param>
/// <param name="trace">Takes a readable line per event, or null.</param>
internal delegate RunResult PlanRunner(FaultPlan plan, Action<string>? trace);
