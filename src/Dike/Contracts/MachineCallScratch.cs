using System.Buffers;
using MemoryPack;

namespace Dike;

/// <summary>
/// The reusable part of a <see cref="MachineCall"/>: buffers and the outcome. A group keeps one; <see cref="Begin"/> resets it, and
/// the group reads the outcome before the next call. Of one call nothing that could change the bytes of another survives.
/// </summary>
internal sealed class MachineCallScratch : IDisposable
{
    private MemoryPackWriterOptionalState _writerState = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
    private ArrayBufferWriter<byte> _result = new(256);
    private Func<CommandContext>? _makeContext;
    private CommandContext? _context;

    public MemoryPackReaderOptionalState ReaderState { get; private set; } = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);

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

    /// <summary>Resets everything for the coming call. The reader of its arguments is made after this, on the new <see cref="ReaderState"/>.</summary>
    public void Begin()
    {
        // MemoryPack numbers the objects of a type with circular references in these states, and the numbers are in the bytes. Queries run here too, and
        // on one replica only: numbers that went on from call to call would make the next command's value, which is replicated, differ between replicas.
        // Rented anew because a state that is only Reset() has lost its options; the pool resets what it is given back.
        // The old ones go back last, so that no exception on the way leaves this scratch with states that the pool lends to others.
        MemoryPackWriterOptionalState writerState = _writerState;
        MemoryPackReaderOptionalState readerState = ReaderState;
        _writerState = MemoryPackWriterOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        ReaderState = MemoryPackReaderOptionalStatePool.Rent(MemoryPackSerializerOptions.Default);
        Return(writerState, readerState);
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

    public void Dispose() => Return(_writerState, ReaderState);

    private static void Return(IDisposable writerState, IDisposable readerState)
    {
        writerState.Dispose();
        readerState.Dispose();
    }
}
