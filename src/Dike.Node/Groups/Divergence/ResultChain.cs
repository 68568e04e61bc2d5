using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Dike.Paxos;

namespace Dike.Node.Groups.Divergence;

/// <summary>
/// A hash over everything that the slots came to, each chained to the one before: equal on two replicas only if every outcome so far was equal. Part of the
/// replicated state. Texts that may differ between replicas, as those of exceptions, are not in it, and a value that a delegate computes counts as a constant.
/// Advanced by the <see cref="Applier"/>, once per slot.
/// </summary>
internal sealed class ResultChain
{
    private readonly XxHash128 _hash = new();

    public UInt128 Value { get; private set; }

    /// <summary>Starts from what a snapshot says.</summary>
    public void Restore(UInt128 value) => Value = value;

    /// <summary>A slot that is no command: <paramref name="kind"/> and one number say all about it.</summary>
    public void Advance(Slot slot, LogEntryKind kind, long number)
    {
        Begin(slot, (byte)kind);
        Append(number);
        End();
    }

    /// <summary>A command: what the session table said, what it came to, and the tickets it answered.</summary>
    public void Advance(Slot slot, Admission admission, StoredResult? result, IReadOnlyList<Completion> completions)
    {
        Begin(slot, (byte)LogEntryKind.Command);
        Append((long)admission);
        Append(result is null ? 0 : (long)result.Status);
        Append(result?.Code ?? "");
        Append(result is { IsComputedElsewhere: false } ? result.Value.Span : default);
        foreach (Completion completion in completions)
        {
            Append(completion.Slot);
            Append(completion.Code ?? "");
            Append(completion.Value);
        }

        End();
    }

    private void Begin(Slot slot, byte kind)
    {
        Invariant.Require(slot >= Slot.First, $"slot {slot}");
        Span<byte> head = stackalloc byte[25];
        BinaryPrimitives.WriteUInt128LittleEndian(head, Value);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], slot.Value);
        head[24] = kind;
        _hash.Append(head);
    }

    private void Append(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.Append(bytes);
    }

    private void Append(string text)
    {
        if (text.Length == 0)
        {
            Append(0L);
            return;
        }

        Append((ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(text));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        // The length first, or two fields could share their bytes differently and hash alike.
        Append((long)bytes.Length);
        _hash.Append(bytes);
    }

    private void End()
    {
        Value = _hash.GetCurrentHashAsUInt128();
        _hash.Reset();
    }
}
