using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// A record to bytes and back: <see cref="RecordHeader"/>, then for each batch of entries its slots, kind, length and payload (or for a configuration or a snapshot, which have no
/// batches, what <see cref="DescriptionFormat"/> writes), then zeros up to 8 bytes. See docs/storage.md.
/// What an entry's payload holds (machine version, log time, seed, session and command ids) is the node's business. A <see cref="SyncWrite"/> is one record.
/// </summary>
internal static class RecordFormat
{
    private const int Alignment = 8;
    private const int BatchHeaderBytes = 24;
    private const int CountAt = 8;
    private const int LengthAt = 12;
    private const int KindAt = 16;

    /// <summary>How many bytes a record takes.</summary>
    public static long Measure(LogWrite write) => RecordHeader.Bytes + RoundUp(PayloadBytes(BatchesOf(write), DescriptionFormat.ToBytes(write)));

    /// <summary>How many bytes the record of this header takes.</summary>
    public static long Measure(in RecordHeader header) => RecordHeader.Bytes + RoundUp(header.PayloadBytes);

    /// <summary>Appends a record.</summary>
    /// <param name="record">The record; not larger than an array may be.</param>
    /// <param name="buffer">Where to.</param>
    public static void Write(in LogRecord record, BatchBuffer buffer)
    {
        ImmutableArray<EntryBatch> batches = BatchesOf(record.Write);
        byte[] description = DescriptionFormat.ToBytes(record.Write);
        RecordHeader header = HeaderOf(record, batches, description);
        Span<byte> fixedPart = stackalloc byte[RecordHeader.Bytes];
        header.Write(fixedPart);
        buffer.Append(fixedPart);
        Span<byte> batchHeader = stackalloc byte[BatchHeaderBytes];
        foreach (EntryBatch batch in batches)
        {
            WriteBatchHeader(batchHeader, batch);
            buffer.Append(batchHeader);
            buffer.Append(batch.Payload.Span);
        }

        buffer.Append(description);
        fixedPart.Clear();
        buffer.Append(fixedPart[..(int)(RoundUp(header.PayloadBytes) - header.PayloadBytes)]);
    }

    /// <summary>Reads the record at <paramref name="offset"/>; its payloads are slices of <paramref name="bytes"/>.</summary>
    /// <returns>Null, or why there is none.</returns>
    public static string? TryRead(ReadOnlyMemory<byte> bytes, int offset, out LogRecord record, out int length)
    {
        record = default;
        length = 0;
        string? fault = RecordHeader.TryRead(bytes.Span[offset..], out RecordHeader header);
        if (fault is not null)
        {
            return fault;
        }

        long total = Measure(header);
        if (header.PayloadBytes < 0 || total > bytes.Length - offset)
        {
            return $"the record of {header.Describe()} is longer than its batch";
        }

        ReadOnlyMemory<byte> payload = bytes.Slice(offset + RecordHeader.Bytes, header.PayloadBytes);
        if (XxHash3.HashToUInt64(payload.Span) != header.PayloadChecksum)
        {
            return $"the checksum of the payload of {header.Describe()} does not fit";
        }

        fault = Read(header, payload, out LogWrite? write);
        if (write is null)
        {
            return fault ?? $"the record of {header.Describe()} has the unknown kind {(byte)header.Kind}";
        }

        record = new LogRecord(header.Group, write);
        length = (int)total;
        return null;
    }

    private static RecordHeader HeaderOf(in LogRecord record, ImmutableArray<EntryBatch> batches, byte[] description)
    {
        (RecordKind kind, Ballot ballot, Slot first) = record.Write switch
        {
            PromiseWrite write => (RecordKind.Promise, write.Promised, Slot.First),
            AcceptWrite write => (RecordKind.Accept, write.Accepted, batches.IsEmpty ? Slot.First : batches[0].First),
            SyncWrite write => (RecordKind.Sync, write.Accepted, write.Keep + 1),
            DecidedWrite write => (RecordKind.Decided, Ballot.None, write.Decided),
            ConfigurationWrite => (RecordKind.Configuration, Ballot.None, Slot.First),
            LearnWrite => (RecordKind.Learn, Ballot.None, batches.IsEmpty ? Slot.First : batches[0].First),
            SnapshotWrite write => (RecordKind.Snapshot, Ballot.None, write.Snapshot.Slot),
            _ => throw new ArgumentException($"{record.Write.GetType()} is no known write.", nameof(record)),
        };
        Slot last = kind is RecordKind.Decided or RecordKind.Snapshot ? first : batches.IsEmpty ? new Slot(first.Value - 1) : batches[^1].Last;
        return new RecordHeader(
            PayloadChecksum(batches, description),
            checked((int)PayloadBytes(batches, description)),
            kind,
            record.Group,
            record.Write.Configuration,
            record.Write.Number,
            ballot,
            first,
            last,
            batches.Length);
    }

    private static string? Read(in RecordHeader header, ReadOnlyMemory<byte> payload, out LogWrite? write)
    {
        if (header.Kind is RecordKind.Configuration or RecordKind.Snapshot)
        {
            return DescriptionFormat.TryRead(header, payload.Span, out write);
        }

        string? fault = ReadBatches(header, payload, out ImmutableArray<EntryBatch> batches);
        write = fault is null ? WriteOf(header, batches) : null;
        return fault;
    }

    private static LogWrite? WriteOf(in RecordHeader header, ImmutableArray<EntryBatch> batches) => header.Kind switch
    {
        RecordKind.Promise => new PromiseWrite(header.Number, header.Configuration, header.Ballot),
        RecordKind.Accept => new AcceptWrite(header.Number, header.Configuration, header.Ballot, batches),
        RecordKind.Sync => new SyncWrite(header.Number, header.Configuration, header.Ballot, new Slot(header.First.Value - 1), batches),
        RecordKind.Decided => new DecidedWrite(header.Number, header.Configuration, header.First),
        RecordKind.Learn => new LearnWrite(header.Number, header.Configuration, batches),
        _ => null,
    };

    private static ImmutableArray<EntryBatch> BatchesOf(LogWrite write) => write switch
    {
        AcceptWrite accept => accept.Batches,
        SyncWrite sync => sync.Batches,
        LearnWrite learn => learn.Batches,
        _ => [],
    };

    private static long PayloadBytes(ImmutableArray<EntryBatch> batches, byte[] description)
    {
        long bytes = description.Length;
        foreach (EntryBatch batch in batches)
        {
            bytes += BatchHeaderBytes + batch.Payload.Length;
        }

        return bytes;
    }

    private static ulong PayloadChecksum(ImmutableArray<EntryBatch> batches, byte[] description)
    {
        if (batches.IsEmpty)
        {
            return XxHash3.HashToUInt64(description);
        }

        XxHash3 hash = new();
        Span<byte> batchHeader = stackalloc byte[BatchHeaderBytes];
        foreach (EntryBatch batch in batches)
        {
            WriteBatchHeader(batchHeader, batch);
            hash.Append(batchHeader);
            hash.Append(batch.Payload.Span);
        }

        return hash.GetCurrentHashAsUInt64();
    }

    private static void WriteBatchHeader(Span<byte> into, EntryBatch batch)
    {
        into.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(into, batch.First.Value);
        BinaryPrimitives.WriteInt32LittleEndian(into[CountAt..], batch.Count);
        BinaryPrimitives.WriteInt32LittleEndian(into[LengthAt..], batch.Payload.Length);
        into[KindAt] = (byte)batch.Kind;
    }

    private static string? ReadBatches(in RecordHeader header, ReadOnlyMemory<byte> payload, out ImmutableArray<EntryBatch> batches)
    {
        ImmutableArray<EntryBatch>.Builder builder = ImmutableArray.CreateBuilder<EntryBatch>();
        batches = [];
        while (!payload.IsEmpty)
        {
            ReadOnlySpan<byte> at = payload.Span;
            int length = at.Length < BatchHeaderBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(at[LengthAt..]);
            if (length < 0 || length > at.Length - BatchHeaderBytes)
            {
                return $"a batch of {header.Describe()} is longer than its record";
            }

            EntryKind kind = (EntryKind)at[KindAt];
            if (!Enum.IsDefined(kind))
            {
                return $"a batch of {header.Describe()} has the unknown kind {at[KindAt]}";
            }

            Slot first = new(BinaryPrimitives.ReadInt64LittleEndian(at));
            builder.Add(new EntryBatch(first, BinaryPrimitives.ReadInt32LittleEndian(at[CountAt..]), kind, payload.Slice(BatchHeaderBytes, length)));
            payload = payload[(BatchHeaderBytes + length)..];
        }

        batches = builder.ToImmutable();
        return batches.Length == header.Batches
            ? null
            : $"the record of {header.Describe()} has {batches.Length} batches, its header names {header.Batches}";
    }

    private static long RoundUp(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
