using Dike.Node.Groups;

namespace Dike.Node;

/// <summary>The state-machine classes that a node can run, by their wire names.</summary>
public sealed class StateMachineCollection
{
    private readonly Dictionary<string, MachineType> _byName = new(StringComparer.Ordinal);

    /// <summary>The wire names, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. _byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Registers a state-machine class.</summary>
    /// <typeparam name="T">The class, marked with <see cref="StateMachineAttribute"/>.</typeparam>
    /// <returns>This collection.</returns>
    /// <exception cref="ArgumentException">Another class of the same wire name is registered already.</exception>
    public StateMachineCollection Add<T>()
        where T : class, IStateMachine<T>
    {
        string name = T.Contract.Name;
        if (_byName.TryGetValue(name, out MachineType? known) && known is not MachineType<T>)
        {
            throw new ArgumentException(
                $"Two state machines have the wire name '{name}'. Give one of them another name: [StateMachine(\"...\")].", nameof(T));
        }

        _byName[name] = new MachineType<T>();
        return this;
    }

    internal MachineType? Find(string name) => _byName.GetValueOrDefault(name);
}
