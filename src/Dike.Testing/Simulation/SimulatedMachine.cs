namespace Dike.Testing.Simulation;

/// <summary>
/// What the clients of a simulation call: one number per key, and every way in which a command can end. The checkers hold it against
/// <see cref="Checkers.SequentialModel"/>, which knows the same methods and shares no code with it.
/// </summary>
[StateMachine("simulated")]
internal sealed partial class SimulatedMachine
{
    private long _value;
    private ulong _draws;

    /// <summary>Adds <paramref name="n"/>; returns the new value.</summary>
    [Command]
    public Reply<long> Add(long n, CommandContext context)
    {
        // What a machine draws must be equal on all replicas: it is part of the state, so a difference shows in the state's hash.
        _draws = (_draws * 31) ^ (ulong)context.Random.NextInt64() ^ (ulong)context.Time.UtcTicks;
        _value = unchecked(_value + n);
        return Reply.With(_value);
    }

    /// <summary>Puts <paramref name="n"/> in place; returns the previous value.</summary>
    [Command]
    public Reply<long> Swap(long n)
    {
        long previous = _value;
        _value = n;
        return Reply.With(previous);
    }

    /// <summary>Changes the value, then rejects.</summary>
    [Command]
    public Reply<long> RejectAfterWrite(long n)
    {
        _value = unchecked(_value * 3 + n);
        return Reply.Reject<long>("refused-on-purpose");
    }

    /// <summary>Changes the value, then throws.</summary>
    [Command]
    public Reply<long> ThrowAfterWrite(long n)
    {
        _value = unchecked(_value * 5 + n);
        throw new InvalidOperationException("thrown on purpose");
    }

    /// <summary>As <see cref="Add"/>, with work to be done after the answer.</summary>
    [Command]
    public Reply<long> AddWithThen(long n)
    {
        _value = unchecked(_value + n);
        return Reply.With(_value).Then(static _ => ValueTask.CompletedTask);
    }

    /// <summary>As <see cref="Add"/>; the answer is computed by a delegate.</summary>
    [Command]
    public Reply<long> AddFrom(long n)
    {
        _value = unchecked(_value + n);
        long result = _value;
        return Reply.From(_ => result);
    }

    /// <summary>Returns the value.</summary>
    [Query]
    public long Read() => _value;
}
