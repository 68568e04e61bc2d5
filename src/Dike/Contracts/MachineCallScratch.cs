using System.Buffers;
using MemoryPack;

namespace Dike;

/// <summary>
/// The reusable part of a <see cref="MachineCall"/>: buffers and the outcome. A shard keeps one; <see cref="Begin"/> resets it, and
/// the shard reads the outcome before the next call.
/// </summary>
internal sealed class MachineCallScratch : IDisposable
{
    private readonly MemoryPackWriterOptionalState _writerState = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
    private ArrayBufferWriter<byte> _result = new(256);
    private Func<CommandContext>? _makeContext;
    private CommandContext? _context;

    public MemoryPackReaderOptionalState ReaderState { get; } = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);

    /// <summary>The serialized value, valid until the next call.</summary>
    public ReadOnlySpan<byte> Result => _result.WrittenSpan;

    public bool IsCompleted { get; private set; }

    public bool IsUnknownMethod { get; set; }

    /// <summary>False while decoding: what is thrown until then is the caller's mistake, not the handler's.</summary>
    public bool ArgumentsDecoded { get; set; }

    public ReplyTail? Tail { get; private set; }

    public ReplyComputation? Computation { get; private set; }

    /// <summary>The context, if the handler asked for one.</summary>
    public CommandContext? ContextIfUsed => _context;

    public CommandContext Context => _context ??= _makeContext?.Invoke()
        ?? throw new InvalidOperationException("A query has no command context.");

    /// <summary>Says how the context of the coming call is made; null for queries.</summary>
    public void Prepare(Func<CommandContext>? makeContext) => _makeContext = makeContext;

    public void Begin()
    {
        _result.ResetWrittenCount();
        _context = null;
        IsCompleted = false;
        IsUnknownMethod = false;
        ArgumentsDecoded = false;
        Tail = null;
        Computation = null;
    }

    public void Complete(ReplyTail? tail, ReplyComputation? computation)
    {
        IsCompleted = true;
        Tail = tail;
        Computation = computation;
    }

    public void Encode<T>(T value, Encode<T> encode)
    {
        var writer = new MemoryPackWriter<ArrayBufferWriter<byte>>(ref _result, _writerState);
        encode(ref writer, value);
        writer.Flush();
    }

    public void Dispose()
    {
        ((IDisposable)_writerState).Dispose();
        ((IDisposable)ReaderState).Dispose();
    }
}
