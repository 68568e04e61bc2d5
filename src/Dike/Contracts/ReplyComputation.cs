using System.Buffers;
using MemoryPack;

namespace Dike;

/// <summary>The delegate of <c>Reply.From</c> together with the codec of its value, so that the runtime can run it without knowing T.</summary>
internal abstract class ReplyComputation
{
    /// <summary>Runs the delegate and serializes its value.</summary>
    public abstract ValueTask<byte[]> RunAsync(ReplyContext context);
}

/// <summary>A <see cref="ReplyComputation"/> of one value type.</summary>
internal sealed class ReplyComputation<T>(Func<ReplyContext, ValueTask<T>> compute, Encode<T> encode) : ReplyComputation
{
    public override async ValueTask<byte[]> RunAsync(ReplyContext context)
    {
        T value = await compute(context).ConfigureAwait(false);
        return Serialize(value);
    }

    private byte[] Serialize(T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using MemoryPackWriterOptionalState state = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        var writer = new MemoryPackWriter<ArrayBufferWriter<byte>>(ref buffer, state);
        encode(ref writer, value);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
