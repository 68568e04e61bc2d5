namespace Dike.Testing.Simulation;

/// <summary>Where in a turn a node dies.</summary>
internal enum CrashPoint
{
    BeforeAppend = 0,
    AfterAppend = 1,
    AfterSync = 2,
    AfterSend = 3,
}

/// <summary>Goes through the shard's turn to end it where a plan says that the process dies. Nobody may catch it but the simulated node.</summary>
internal sealed class SimulatedCrash() : Exception("The simulated process is killed here.");
