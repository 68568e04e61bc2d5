namespace Dike.Testing.Checkers;

/// <summary>What one execution comes to.</summary>
/// <param name="End">Done, Rejected or Failed.</param>
/// <param name="Value">The value returned; 0 unless done.</param>
/// <param name="State">The key's value afterwards.</param>
internal readonly record struct ModelStep(OperationEnd End, long Value, long State);

/// <summary>
/// What the simulated machine means, without any of the machinery under test: keys that hold a number, 0 before their first command, and methods executed
/// one after the other. A rejected or failed command leaves the state as it was. Both history checkers judge by this model and by nothing else; it shares no
/// code with the machine that the cluster runs, so that a mistake there shows.
/// </summary>
internal sealed class SequentialModel
{
    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);

    /// <summary>The value of <paramref name="key"/> now.</summary>
    public long this[string key] => _values.GetValueOrDefault(key);

    /// <summary>What <paramref name="name"/> means, or null if the machine has no such method.</summary>
    public static ModelMethod? Parse(string name) => name switch
    {
        nameof(ModelMethod.Add) => ModelMethod.Add,
        nameof(ModelMethod.Swap) => ModelMethod.Swap,
        nameof(ModelMethod.RejectAfterWrite) => ModelMethod.RejectAfterWrite,
        nameof(ModelMethod.ThrowAfterWrite) => ModelMethod.ThrowAfterWrite,
        nameof(ModelMethod.AddWithThen) => ModelMethod.AddWithThen,
        nameof(ModelMethod.AddFrom) => ModelMethod.AddFrom,
        nameof(ModelMethod.Read) => ModelMethod.Read,
        _ => null,
    };

    /// <summary>Executes one method on a key that holds <paramref name="state"/>. Sums wrap around, as the machine's do.</summary>
    public static ModelStep Step(long state, ModelMethod method, long argument) => method switch
    {
        ModelMethod.Add or ModelMethod.AddWithThen or ModelMethod.AddFrom =>
            new ModelStep(OperationEnd.Done, unchecked(state + argument), unchecked(state + argument)),
        ModelMethod.Swap => new ModelStep(OperationEnd.Done, state, argument),
        ModelMethod.RejectAfterWrite => new ModelStep(OperationEnd.Rejected, 0, state),
        ModelMethod.ThrowAfterWrite => new ModelStep(OperationEnd.Failed, 0, state),
        ModelMethod.Read => new ModelStep(OperationEnd.Done, state, state),
    };

    /// <summary>Executes one method on <paramref name="key"/>.</summary>
    public ModelStep Execute(string key, ModelMethod method, long argument)
    {
        ModelStep step = Step(this[key], method, argument);
        _values[key] = step.State;
        return step;
    }
}
