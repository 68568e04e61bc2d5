using System.Buffers;
using MemoryPack;

namespace Dike.Node.Groups;

/// <summary>A registered state-machine class, without its type parameter: what the apply loop needs to run it.</summary>
internal abstract class MachineType
{
    public abstract MachineContract Contract { get; }

    public abstract object Create();

    public abstract void Invoke(object machine, ref MachineCall call);

    /// <summary>Writes the machine's whole state canonically.</summary>
    public abstract void Export(object machine, ref ArrayBufferWriter<byte> output);

    /// <summary>Makes a machine from what <see cref="Export"/> wrote.</summary>
    public abstract object Import(ReadOnlySpan<byte> state);
}

/// <inheritdoc/>
internal sealed class MachineType<T> : MachineType
    where T : class, IStateMachine<T>
{
    public override MachineContract Contract => T.Contract;

    public override object Create() => T.Create();

    public override void Invoke(object machine, ref MachineCall call) => T.Invoke((T)machine, ref call);

    public override void Export(object machine, ref ArrayBufferWriter<byte> output)
    {
        using MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var writer = new MemoryPackWriter<ArrayBufferWriter<byte>>(ref output, state);
        T.Export((T)machine, ref writer);
        writer.Flush();
    }

    public override object Import(ReadOnlySpan<byte> state)
    {
        T machine = T.Create();
        using MemoryPackReaderOptionalState readerState = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        using var reader = new MemoryPackReader(state, readerState);
        // The reader is passed by reference, which a using variable does not allow.
        MemoryPackReader cursor = reader;
        T.Import(machine, ref cursor);
        return machine;
    }
}
