using System.ComponentModel;
using MemoryPack;

namespace Dike;

/// <summary>
/// One invocation of a handler, seen from generated code: the arguments to decode, the context, and where the reply goes.
/// Owned by the replica's shard; lives on its stack for one entry.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
#pragma warning disable CA1001, CA1051 // The reader is a mutable ref struct that codecs take by reference; its state belongs to the scratch, which disposes it.
public ref struct MachineCall
{
    /// <summary>The arguments, read in the order of the handler's parameters.</summary>
    public MemoryPackReader Arguments;
#pragma warning restore CA1001, CA1051

    private readonly MachineCallScratch _scratch;

    internal MachineCall(uint method, ReadOnlySpan<byte> arguments, MachineCallScratch scratch)
    {
        // First, for it makes the reader's state.
        scratch.Begin();
        Method = method;
        Arguments = new MemoryPackReader(arguments, scratch.ReaderState);
        _scratch = scratch;
    }

    /// <summary>The number of the method, as in <see cref="MethodContract.Tag"/>.</summary>
    public uint Method { get; }

    /// <summary>The context of the command. Made on first use, so handlers that do not ask for it do not pay for it. Not for queries.</summary>
    public readonly CommandContext Context => _scratch.Context;

    /// <summary>Says that all arguments were read.</summary>
    /// <exception cref="MemoryPackSerializationException">Bytes remain: caller and node disagree about the parameters.</exception>
    public readonly void EndOfArguments()
    {
        if (Arguments.Remaining != 0)
        {
            throw new MemoryPackSerializationException($"{Arguments.Remaining} bytes of arguments remain after the last parameter; caller and node disagree about the method's parameters.");
        }

        _scratch.ArgumentsDecoded = true;
    }

    /// <summary>Takes the reply of a handler without a value.</summary>
    /// <param name="reply">The reply.</param>
    public readonly void Complete(Reply reply) => _scratch.Complete(reply.Tail, null);

    /// <summary>Takes the end of a <c>void</c> handler.</summary>
    public readonly void Complete() => _scratch.Complete(null, null);

    /// <summary>Takes the reply of a handler and serializes its value now.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="reply">The reply.</param>
    /// <param name="encode">The value's codec.</param>
    public readonly void Complete<T>(Reply<T> reply, Encode<T> encode)
    {
        ReplyTail? tail = reply.Tail;
        if (tail?.From is Func<ReplyContext, ValueTask<T>> compute)
        {
            _scratch.Complete(tail, new ReplyComputation<T>(compute, encode));
            return;
        }

        if (tail is not { Code: not null } and not { IsDeferred: true })
        {
            _scratch.Encode(reply.RawValue, encode);
        }

        _scratch.Complete(tail, null);
    }

    /// <summary>Takes the plain value of a handler (a query, or a command in its short form).</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="encode">The value's codec.</param>
    public readonly void Complete<T>(T value, Encode<T> encode)
    {
        _scratch.Encode(value, encode);
        _scratch.Complete(null, null);
    }

    /// <summary>Says that the machine has no method of this number.</summary>
    public readonly void UnknownMethod() => _scratch.IsUnknownMethod = true;
}
