namespace Dike.Testing.Simulation;

/// <summary>The methods of the simulated machine by their numbers on the wire, and what clients call in which proportion.</summary>
internal static class SimulatedCalls
{
    private static readonly Dictionary<uint, string> Names = new[]
    {
        Tape(nameof(SimulatedMachine.Add), 1),
        Tape(nameof(SimulatedMachine.Swap), 1),
        Tape(nameof(SimulatedMachine.RejectAfterWrite), 1),
        Tape(nameof(SimulatedMachine.ThrowAfterWrite), 1),
        Tape(nameof(SimulatedMachine.AddWithThen), 1),
        Tape(nameof(SimulatedMachine.AddFrom), 1),
        Tape(nameof(SimulatedMachine.Read), 0),
    }.ToDictionary(call => call.Method.Tag, call => call.Method.Name);

    /// <summary>The name of a method.</summary>
    public static string NameOf(uint tag) => Names.GetValueOrDefault(tag, "?");

    /// <summary>What a client would send to call a method.</summary>
    public static TapedCall Tape(string method, long argument) => CallTape.Of(machine => method switch
    {
        nameof(SimulatedMachine.Add) => machine.AddAsync(argument),
        nameof(SimulatedMachine.Swap) => machine.SwapAsync(argument),
        nameof(SimulatedMachine.RejectAfterWrite) => machine.RejectAfterWriteAsync(argument),
        nameof(SimulatedMachine.ThrowAfterWrite) => machine.ThrowAfterWriteAsync(argument),
        nameof(SimulatedMachine.AddWithThen) => machine.AddWithThenAsync(argument),
        nameof(SimulatedMachine.AddFrom) => machine.AddFromAsync(argument),
        nameof(SimulatedMachine.Read) => machine.ReadAsync(),
        _ => throw new ArgumentException($"The simulated machine has no method '{method}'.", nameof(method)),
    });

    /// <summary>Draws the next command.</summary>
    public static string DrawCommand(DeterministicRandom random) => random.Next(20) switch
    {
        < 9 => nameof(SimulatedMachine.Add),
        < 13 => nameof(SimulatedMachine.Swap),
        < 15 => nameof(SimulatedMachine.RejectAfterWrite),
        < 17 => nameof(SimulatedMachine.ThrowAfterWrite),
        < 19 => nameof(SimulatedMachine.AddWithThen),
        _ => nameof(SimulatedMachine.AddFrom),
    };
}
