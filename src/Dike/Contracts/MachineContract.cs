using System.Collections.Frozen;
using System.Collections.Immutable;
using System.ComponentModel;

namespace Dike;

/// <summary>What nodes and callers must agree on about a state machine. Made by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed class MachineContract
{
    private readonly FrozenDictionary<uint, MethodContract> _byTag;

    /// <summary>Makes a contract.</summary>
    /// <param name="name">The wire name of the machine.</param>
    /// <param name="scope">Whether each key or each partition has a state.</param>
    /// <param name="version">The version of the handlers' behaviour, 1 or more.</param>
    /// <param name="minVersion">The oldest version this code can replay, 1 to <paramref name="version"/>.</param>
    /// <param name="stateShape">The shape of the state, for comparisons and messages.</param>
    /// <param name="hash">A hash over all of the above and the methods, in hexadecimal.</param>
    /// <param name="methods">The commands and queries, in the order of their wire names.</param>
    public MachineContract(string name, StateScope scope, int version, int minVersion, string stateShape, string hash, params ImmutableArray<MethodContract> methods)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(stateShape);
        ArgumentException.ThrowIfNullOrEmpty(hash);
        Name = name;
        Scope = scope;
        Version = version;
        MinVersion = minVersion;
        StateShape = stateShape;
        Hash = hash;
        Methods = methods;
        _byTag = methods.ToFrozenDictionary(method => method.Tag);
    }

    /// <summary>The wire name of the machine.</summary>
    public string Name { get; }

    /// <summary>Whether each key or each partition has a state.</summary>
    public StateScope Scope { get; }

    /// <summary>The version of the handlers' behaviour.</summary>
    public int Version { get; }

    /// <summary>The oldest version this code can replay.</summary>
    public int MinVersion { get; }

    /// <summary>The shape of the state, as <c>member:type</c> in the order of member names.</summary>
    public string StateShape { get; }

    /// <summary>A hash over the whole contract, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>The commands and queries, in the order of their wire names.</summary>
    public ImmutableArray<MethodContract> Methods { get; }

    /// <summary>The types of values that commands may give later; see <see cref="Deferred{T}"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ImmutableArray<DeferredCodec> Deferred { get; init; } = [];

    /// <summary>Finds a method by its number on the wire.</summary>
    /// <param name="tag">The number.</param>
    /// <returns>The method, or null if this contract has none with that number.</returns>
    public MethodContract? Find(uint tag) => _byTag.GetValueOrDefault(tag);

    /// <summary>How a value that was deferred is written.</summary>
    /// <exception cref="InvalidOperationException">No command of the machine can have deferred such a value.</exception>
    internal Encode<T> FindEncoder<T>()
    {
        foreach (DeferredCodec codec in Deferred)
        {
            if (codec.Type == typeof(T))
            {
                return (Encode<T>)codec.Encode;
            }
        }

        throw new InvalidOperationException($"The machine '{Name}' has no Deferred<{typeof(T)}> in its state or arguments, so no ticket of it can wait for such a value.");
    }
}
