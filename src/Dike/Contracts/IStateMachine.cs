using System.Buffers;
using System.ComponentModel;
using MemoryPack;

namespace Dike;

/// <summary>
/// The generated half of a state machine: contract, dispatch table and codecs. The generator implements it explicitly on the user's
/// <c>partial</c> class; nobody writes it by hand, and without the generator <c>AddStateMachine&lt;T&gt;()</c> does not compile.
/// </summary>
/// <typeparam name="TSelf">The user's class.</typeparam>
public interface IStateMachine<TSelf>
    where TSelf : class, IStateMachine<TSelf>
{
    /// <summary>What nodes and callers must agree on.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract MachineContract Contract { get; }

    /// <summary>Makes a machine in its initial state.</summary>
    /// <returns>The machine.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract TSelf Create();

    /// <summary>Decodes the arguments of one command or query, runs its handler and completes <paramref name="call"/>.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="call">The call; completed on return, unless the handler or the decoding threw.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract void Invoke(TSelf machine, ref MachineCall call);

    /// <summary>Writes the whole state, canonically: equal states give equal bytes, whatever their history.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="writer">Where to.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract void Export(TSelf machine, ref MemoryPackWriter<ArrayBufferWriter<byte>> writer);

    /// <summary>Fills a freshly created machine from what <see cref="Export"/> wrote, then calls <c>OnRestored</c>.</summary>
    /// <param name="machine">A machine in its initial state.</param>
    /// <param name="reader">Where from.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract void Import(TSelf machine, ref MemoryPackReader reader);
}
