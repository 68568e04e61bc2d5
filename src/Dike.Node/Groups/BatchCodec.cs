using System.Buffers;
using Dike.Paxos;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>
/// The payload of a batch as bytes: the log format, durable for as long as any log is kept. The only place that knows these bytes; a golden file holds it to them.
/// What this build does not know (a format version, a kind of entry, bytes behind the end) is refused, never guessed: a wrong guess would be applied on some
/// replicas only.
/// </summary>
/// <remarks>
/// <code>
/// UInt16 format version = 1 | Int32 machine version | Int64 log time | UInt64 seed | Int64 session expiry | UInt32 entries
/// per entry: Byte kind
///   Command:    Int64 session start | UInt64 session nonce | UInt64 sequence | UInt64 answered up to
///               | UInt64 holder's incarnation | UInt64 holder's boot | UInt32 method | String key | Bytes arguments
///   StateCheck: UInt64 check id
///   RaiseVersion: Int32 version before, 0 for none | Int32 version
///   SkipSlot: Int64 slot
/// </code>
/// Integers are little-endian, String and Bytes have a UInt32 length, as in <see cref="WireWriter"/>.
/// </remarks>
internal static class BatchCodec
{
    public const ushort FormatVersion = 1;

    /// <summary>The bytes of a payload before its first entry.</summary>
    public const int HeaderBytes = sizeof(ushort) + sizeof(int) + sizeof(long) + sizeof(ulong) + sizeof(long) + sizeof(uint);

    /// <summary>The bytes of a command besides its key and arguments.</summary>
    private const int CommandBytes = sizeof(byte) + (6 * sizeof(ulong)) + (3 * sizeof(uint));

    private const int StateCheckBytes = sizeof(byte) + sizeof(ulong);
    private const int RaiseVersionBytes = sizeof(byte) + (2 * sizeof(int));
    private const int SkipSlotBytes = sizeof(byte) + sizeof(long);

    /// <summary>The least bytes of any entry.</summary>
    private const int MinEntryBytes = StateCheckBytes;

    /// <summary>The most bytes that an entry adds to a payload.</summary>
    public static int MaxSize(in LogEntry entry) => entry.Kind switch
    {
        LogEntryKind.Command => CommandBytes + (3 * entry.Key.Length) + entry.Arguments.Length,
        LogEntryKind.StateCheck => StateCheckBytes,
        LogEntryKind.RaiseVersion => RaiseVersionBytes,
        LogEntryKind.SkipSlot => SkipSlotBytes,
    };

    /// <summary>
    /// The slot that a batch skips, or null. A skip stands alone in its batch, so that it is found at a glance: it must be known before the slot is applied that
    /// it names, and that is an earlier one.
    /// </summary>
    public static Slot? SkippedSlot(EntryBatch batch)
    {
        bool canBe = batch is { Kind: EntryKind.Commands, Count: 1, Payload.Length: HeaderBytes + SkipSlotBytes }
            && batch.Payload.Span[HeaderBytes] == (byte)LogEntryKind.SkipSlot;
        return canBe ? new Slot(Decode(batch.Payload).Entries[0].SkippedSlot) : null;
    }

    public static byte[] Encode(BatchHeader header, ReadOnlySpan<LogEntry> entries)
    {
        Invariant.Require(entries.Length > 0);
        int size = HeaderBytes;
        foreach (ref readonly LogEntry entry in entries)
        {
            size += MaxSize(entry);
        }

        var output = new ArrayBufferWriter<byte>(size);
        var writer = new WireWriter(output);
        writer.UInt16(FormatVersion);
        writer.Int32(header.MachineVersion);
        writer.Int64(header.LogTime);
        writer.UInt64(header.Seed);
        writer.Int64(header.SessionExpiry);
        writer.UInt32((uint)entries.Length);
        foreach (ref readonly LogEntry entry in entries)
        {
            writer.Byte((byte)entry.Kind);
            _ = entry.Kind switch
            {
                LogEntryKind.Command => WriteCommand(writer, entry),
                LogEntryKind.StateCheck => WriteStateCheck(writer, entry),
                LogEntryKind.RaiseVersion => WriteRaiseVersion(writer, entry),
                LogEntryKind.SkipSlot => WriteSkipSlot(writer, entry),
            };
        }

        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidFrameException">The payload is not one that this build can read; the message says what is strange.</exception>
    public static LogBatch Decode(ReadOnlyMemory<byte> payload)
    {
        var reader = new WireReader(payload.Span);
        ushort format = reader.UInt16();
        if (format != FormatVersion)
        {
            throw new InvalidFrameException($"the batch has format version {format}, this build reads version {FormatVersion}");
        }

        var header = new BatchHeader(reader.Int32(), reader.Int64(), reader.UInt64(), reader.Int64());
        if (header.MachineVersion < 1 || header.LogTime < 0 || header.LogTime > DateTime.MaxValue.Ticks || header.SessionExpiry <= 0)
        {
            throw new InvalidFrameException($"the batch's header {header} lies outside its ranges");
        }

        var entries = new LogEntry[reader.Count(MinEntryBytes)];
        for (int i = 0; i < entries.Length; i++)
        {
            byte kind = reader.Byte();
            entries[i] = (LogEntryKind)kind switch
            {
                LogEntryKind.Command => ReadCommand(ref reader, payload),
                LogEntryKind.StateCheck => LogEntry.StateCheck(reader.UInt64()),
                LogEntryKind.RaiseVersion => ReadRaiseVersion(ref reader),
                LogEntryKind.SkipSlot => ReadSkipSlot(ref reader),
                _ => throw new InvalidFrameException($"entry {i} of the batch is of kind {kind}, which this build does not know"),
            };
        }

        reader.End();
        return new LogBatch(header, entries);
    }

    private static WireWriter WriteCommand(WireWriter writer, in LogEntry entry)
    {
        writer.Int64(entry.CommandId.SessionStart);
        writer.UInt64(entry.CommandId.SessionNonce);
        writer.UInt64(entry.CommandId.Sequence);
        writer.UInt64(entry.AnsweredUpTo);
        writer.UInt64(entry.Holder.Incarnation);
        writer.UInt64(entry.Holder.Boot);
        writer.UInt32(entry.Method);
        writer.String(entry.Key);
        writer.Bytes(entry.Arguments.Span);
        return writer;
    }

    private static WireWriter WriteStateCheck(WireWriter writer, in LogEntry entry)
    {
        writer.UInt64(entry.CheckId);
        return writer;
    }

    private static WireWriter WriteRaiseVersion(WireWriter writer, in LogEntry entry)
    {
        writer.Int32(entry.VersionBefore);
        writer.Int32(entry.Version);
        return writer;
    }

    private static WireWriter WriteSkipSlot(WireWriter writer, in LogEntry entry)
    {
        writer.Int64(entry.SkippedSlot);
        return writer;
    }

    private static LogEntry ReadRaiseVersion(ref WireReader reader)
    {
        var entry = LogEntry.RaiseVersion(reader.Int32(), reader.Int32());
        return entry.VersionBefore >= 0 && entry.Version > entry.VersionBefore
            ? entry
            : throw new InvalidFrameException($"a version is raised from {entry.VersionBefore} to {entry.Version}");
    }

    private static LogEntry ReadSkipSlot(ref WireReader reader)
    {
        var entry = LogEntry.Skip(reader.Int64());
        return entry.SkippedSlot >= 1 ? entry : throw new InvalidFrameException($"the slot {entry.SkippedSlot} is skipped, the first one is 1");
    }

    private static LogEntry ReadCommand(ref WireReader reader, ReadOnlyMemory<byte> payload)
    {
        var commandId = new CommandId(reader.Int64(), reader.UInt64(), reader.UInt64());
        ulong answeredUpTo = reader.UInt64();
        if (commandId.SessionStart < 1 || commandId.Sequence <= answeredUpTo)
        {
            throw new InvalidFrameException($"command {commandId} says that it was answered (up to {answeredUpTo}) or has no session");
        }

        var holder = new Holder(reader.UInt64(), reader.UInt64());
        uint method = reader.UInt32();
        string key = reader.String(KeyRing.MaxKeyBytes);

        // The arguments are not copied: they are a slice of the payload, and the reader starts anew behind them.
        int length = reader.Count(1);
        ReadOnlyMemory<byte> rest = payload[^reader.Remaining..];
        reader = new WireReader(rest.Span[length..]);
        return new LogEntry(LogEntryKind.Command, 0, commandId, answeredUpTo, holder, method, key, rest[..length]);
    }
}
