using System.Buffers;
using System.Reflection;
using MemoryPack;

namespace Dike.Generators.Tests.Consumers;

/// <summary>What a call through the generated dispatch table came to.</summary>
/// <param name="IsUnknown">The table has no such method.</param>
/// <param name="Value">The encoded value.</param>
internal sealed record InvocationOutcome(bool IsUnknown, byte[] Value);

/// <summary>Drives the generated half of a machine whose type is known only at run time.</summary>
internal abstract class MachineProbe
{
    public abstract MachineContract Contract { get; }

    public abstract object Create();

    public abstract byte[] Export(object machine);

    public abstract object Import(byte[] bytes);

    public abstract InvocationOutcome Invoke(object machine, uint tag, byte[] arguments);

    public static MachineProbe Of(Assembly assembly, string typeName)
    {
        Type type = assembly.GetType(typeName, throwOnError: true)!;
        return (MachineProbe)Activator.CreateInstance(typeof(MachineProbe<>).MakeGenericType(type))!;
    }

    /// <summary>Bytes that a codec writes.</summary>
    public static byte[] Encode<T>(T value, Encode<T> encode)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var writer = new MemoryPackWriter<ArrayBufferWriter<byte>>(ref buffer, state);
        encode(ref writer, value);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The value, which must take all bytes: whoever calls a codec knows where its bytes end.</summary>
    public static T Decode<T>(byte[] bytes, Decode<T> decode)
    {
        using MemoryPackReaderOptionalState state = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var reader = new MemoryPackReader(bytes, state);
        T value = decode(ref reader);
        return reader.Remaining == 0 ? value : throw new MemoryPackSerializationException($"{reader.Remaining} bytes remain.");
    }
}

/// <inheritdoc/>
internal sealed class MachineProbe<T> : MachineProbe
    where T : class, IStateMachine<T>
{
    public override MachineContract Contract => T.Contract;

    public override object Create() => T.Create();

    public override byte[] Export(object machine) =>
        Encode((T)machine, static (ref MemoryPackWriter<ArrayBufferWriter<byte>> writer, T value) => T.Export(value, ref writer));

    public override object Import(byte[] bytes) => Decode(bytes, (ref MemoryPackReader reader) =>
    {
        T machine = T.Create();
        T.Import(machine, ref reader);
        return machine;
    });

    public override InvocationOutcome Invoke(object machine, uint tag, byte[] arguments)
    {
        using var scratch = new MachineCallScratch();
        scratch.Prepare(() => CommandContext.ForTest(key: "probe"));
        var call = new MachineCall(tag, arguments, scratch);
        T.Invoke((T)machine, ref call);
        Assert.NotEqual(scratch.IsCompleted, scratch.IsUnknownMethod);
        return new InvocationOutcome(scratch.IsUnknownMethod, scratch.Result.ToArray());
    }
}
