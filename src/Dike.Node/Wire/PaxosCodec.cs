using System.Collections.Immutable;
using Dike.Paxos;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Wire;

/// <summary>
/// Peer messages as bytes: an ordinal, the configuration, then the fields in the order of the record's parameters. The only place that knows these bytes;
/// golden files hold it to them. Reading throws <see cref="InvalidFrameException"/> for anything a correct peer cannot have sent, and nothing else;
/// what it returns has passed <see cref="PeerMessage.Invalid"/>.
/// </summary>
/// <remarks>Both switches name every <see cref="MessageKind"/> and have no discard: a new message does not compile until it is handled here.</remarks>
internal static class PaxosCodec
{
    /// <summary>The largest payload of one batch: what the largest configurable frame could carry.</summary>
    public const int MaxPayloadBytes = 256 << 20;

    /// <summary>The most slots of one batch.</summary>
    public const int MaxBatchSlots = 1 << 24;

    /// <summary>
    /// The largest slot a peer may name: 2^56, a thousand years of 2 million commands a second. Below it, no sum of a slot and a count overflows,
    /// so one garbled number cannot wrap around into a plausible one.
    /// </summary>
    public const long MaxSlot = 1L << 56;

    /// <summary>The most bytes of a list of members: 255 with node names of 1 KiB.</summary>
    private const int MaxMembersBytes = 1 << 18;

    private const int MinBatchBytes = sizeof(long) + sizeof(int) + sizeof(byte) + sizeof(uint);

    /// <summary>Writes one message.</summary>
    public static void Write(WireWriter writer, PeerMessage message)
    {
        writer.Byte((byte)message.Kind);
        writer.UInt32(message.Configuration.Value);
        _ = message.Kind switch
        {
            MessageKind.Prepare => Write(writer, (Prepare)message),
            MessageKind.Promise => Write(writer, (Promise)message),
            MessageKind.PullLog => Write(writer, (PullLog)message),
            MessageKind.LogChunk => Write(writer, (LogChunk)message),
            MessageKind.AcceptSync => Write(writer, (AcceptSync)message),
            MessageKind.Accept => Write(writer, (Accept)message),
            MessageKind.Accepted => Write(writer, (Accepted)message),
            MessageKind.Decide => Write(writer, (Decide)message),
            MessageKind.Refuse => Write(writer, (Refuse)message),
            MessageKind.AskPrepare => Write(writer, (AskPrepare)message),
            MessageKind.ConfirmRead => Write(writer, (ConfirmRead)message),
            MessageKind.ReadConfirmed => Write(writer, (ReadConfirmed)message),
            MessageKind.Probe => Write(writer, (Probe)message),
            MessageKind.ProbeAnswer => Write(writer, (ProbeAnswer)message),
            MessageKind.HandOver => Write(writer, (HandOver)message),
            MessageKind.AskDecided => Write(writer, (AskDecided)message),
            MessageKind.DecidedIs => Write(writer, (DecidedIs)message),
            MessageKind.Learn => Write(writer, (Learn)message),
            MessageKind.LearnChunk => Write(writer, (LearnChunk)message),
            MessageKind.OfferSnapshot => Write(writer, (OfferSnapshot)message),
            MessageKind.Superseded => Write(writer, (Superseded)message),
        };
    }

    /// <summary>Reads one message and leaves the reader behind it.</summary>
    /// <exception cref="InvalidFrameException">The bytes are no message, or one that is nonsense whatever the receiver's state.</exception>
    public static PeerMessage Read(ref WireReader reader)
    {
        var kind = (MessageKind)reader.Byte();
        if (!Enum.IsDefined(kind))
        {
            throw new InvalidFrameException($"peer message of unknown kind {(byte)kind}");
        }

        var configuration = new ConfigurationId(reader.UInt32());
        PeerMessage message = kind switch
        {
            MessageKind.Prepare => new Prepare(configuration, Ballot(ref reader), reader.Int64()),
            MessageKind.Promise => new Promise(configuration, Ballot(ref reader), reader.Int64(), Ballot(ref reader), Slot(ref reader), Slot(ref reader)),
            MessageKind.PullLog => new PullLog(configuration, Ballot(ref reader), reader.Int64(), Slot(ref reader)),
            MessageKind.LogChunk => new LogChunk(configuration, Ballot(ref reader), reader.Int64(), Slot(ref reader), Batches(ref reader), Slot(ref reader)),
            MessageKind.AcceptSync => new AcceptSync(
                configuration, Ballot(ref reader), reader.Int64(), reader.Int64(), Slot(ref reader), Slot(ref reader), Batches(ref reader), Slot(ref reader)),
            MessageKind.Accept => new Accept(configuration, Ballot(ref reader), reader.Int64(), reader.Int64(), Batches(ref reader), Slot(ref reader)),
            MessageKind.Accepted => new Accepted(configuration, Ballot(ref reader), reader.Int64(), Slot(ref reader), Slot(ref reader)),
            MessageKind.Decide => new Decide(configuration, Ballot(ref reader), reader.Int64(), reader.Int64(), Slot(ref reader)),
            MessageKind.Refuse => new Refuse(configuration, Ballot(ref reader), Ballot(ref reader)),
            MessageKind.AskPrepare => new AskPrepare(configuration, Ballot(ref reader)),
            MessageKind.ConfirmRead => new ConfirmRead(configuration, Ballot(ref reader), reader.Int64(), reader.Bool()),
            MessageKind.ReadConfirmed => new ReadConfirmed(configuration, Ballot(ref reader), reader.Int64(), reader.Bool()),
            MessageKind.Probe => new Probe(configuration, reader.Int64(), Ballot(ref reader)),
            MessageKind.ProbeAnswer => new ProbeAnswer(
                configuration, reader.Int64(), Ballot(ref reader), Ballot(ref reader), Slot(ref reader), Ballot(ref reader), reader.Bool()),
            MessageKind.HandOver => new HandOver(configuration, Ballot(ref reader), new ReplicaId(reader.UInt32()), reader.Int64()),
            MessageKind.AskDecided => new AskDecided(configuration, Ballot(ref reader), reader.Int64(), reader.Int64()),
            MessageKind.DecidedIs => new DecidedIs(configuration, Ballot(ref reader), reader.Int64(), reader.Int64(), Slot(ref reader)),
            MessageKind.Learn => new Learn(configuration, Slot(ref reader), reader.UInt64()),
            MessageKind.LearnChunk => new LearnChunk(configuration, Slot(ref reader), Batches(ref reader), Slot(ref reader), new ReplicaId(reader.UInt32())),
            MessageKind.OfferSnapshot => new OfferSnapshot(configuration, Ballot(ref reader), reader.Int64(), Snapshot(ref reader)),
            MessageKind.Superseded => new Superseded(configuration, new ConfigurationId(reader.UInt32())),
        };
        return message.Invalid() is { } reason ? throw new InvalidFrameException($"{kind}: {reason}") : message;
    }

    private static WireWriter Write(WireWriter writer, Prepare message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Nonce);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Promise message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Nonce);
        Write(writer, message.AcceptedBallot);
        writer.Int64(message.Last.Value);
        writer.Int64(message.Decided.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, PullLog message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Nonce);
        writer.Int64(message.After.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, LogChunk message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Nonce);
        writer.Int64(message.After.Value);
        Write(writer, message.Batches);
        writer.Int64(message.Last.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, AcceptSync message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Nonce);
        writer.Int64(message.Session);
        writer.Int64(message.Keep.Value);
        writer.Int64(message.After.Value);
        Write(writer, message.Batches);
        writer.Int64(message.Decided.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Accept message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Session);
        writer.Int64(message.Sequence);
        Write(writer, message.Batches);
        writer.Int64(message.Decided.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Accepted message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Session);
        writer.Int64(message.Last.Value);
        writer.Int64(message.Decided.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Decide message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Session);
        writer.Int64(message.Sequence);
        writer.Int64(message.Decided.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Refuse message)
    {
        Write(writer, message.Asked);
        return Write(writer, message.Promised);
    }

    private static WireWriter Write(WireWriter writer, AskPrepare message) => Write(writer, message.Promised);

    private static WireWriter Write(WireWriter writer, ConfirmRead message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Round);
        writer.Bool(message.WantsGrant);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, ReadConfirmed message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Round);
        writer.Bool(message.IsGranted);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Probe message)
    {
        writer.Int64(message.Nonce);
        return Write(writer, message.Promised);
    }

    private static WireWriter Write(WireWriter writer, ProbeAnswer message)
    {
        writer.Int64(message.Nonce);
        Write(writer, message.Promised);
        Write(writer, message.AcceptedBallot);
        writer.Int64(message.Last.Value);
        Write(writer, message.Followed);
        writer.Bool(message.IsAlive);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, HandOver message)
    {
        Write(writer, message.Ballot);
        writer.UInt32(message.To.Value);
        writer.Int64(message.Number);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, AskDecided message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Session);
        writer.Int64(message.Round);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, DecidedIs message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Session);
        writer.Int64(message.Round);
        writer.Int64(message.Through.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Learn message)
    {
        writer.Int64(message.After.Value);
        writer.UInt64(message.Incarnation);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, LearnChunk message)
    {
        writer.Int64(message.After.Value);
        Write(writer, message.Batches);
        writer.Int64(message.Decided.Value);
        writer.UInt32(message.Leader.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, OfferSnapshot message)
    {
        Write(writer, message.Ballot);
        writer.Int64(message.Nonce);
        writer.Int64(message.Snapshot.Slot.Value);
        writer.UInt32(message.Snapshot.Configuration.Value);
        writer.Int64(message.Snapshot.Bytes);
        writer.UInt64((ulong)(message.Snapshot.ContentHash >> 64));
        writer.UInt64((ulong)message.Snapshot.ContentHash);
        writer.Bytes(MemberFormat.ToBytes(message.Snapshot.Members));
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Superseded message)
    {
        writer.UInt32(message.Asked.Value);
        return writer;
    }

    private static WireWriter Write(WireWriter writer, Ballot ballot)
    {
        writer.Int64(ballot.Number);
        writer.UInt16(ballot.Priority);
        writer.UInt32(ballot.Owner.Value);
        return writer;
    }

    private static void Write(WireWriter writer, ImmutableArray<EntryBatch> batches)
    {
        writer.UInt32((uint)batches.Length);
        foreach (EntryBatch batch in batches)
        {
            writer.Int64(batch.First.Value);
            writer.Int32(batch.Count);
            writer.Byte((byte)batch.Kind);
            writer.Bytes(batch.Payload.Span);
        }
    }

    private static Ballot Ballot(ref WireReader reader) => new(reader.Int64(), reader.UInt16(), new ReplicaId(reader.UInt32()));

    private static Slot Slot(ref WireReader reader)
    {
        long value = reader.Int64();
        return value is >= 0 and <= MaxSlot ? new Slot(value) : throw new InvalidFrameException($"slot {value} lies outside 0 to {MaxSlot}");
    }

    private static SnapshotInfo Snapshot(ref WireReader reader)
    {
        Slot slot = Slot(ref reader);
        var configuration = new ConfigurationId(reader.UInt32());
        long bytes = reader.Int64();
        var hash = new UInt128(reader.UInt64(), reader.UInt64());
        string? fault = MemberFormat.TryRead(reader.Bytes(MaxMembersBytes), out ImmutableArray<Member> members);
        return fault is null ? new SnapshotInfo(slot, configuration, members, bytes, hash) : throw new InvalidFrameException($"a snapshot with {fault}");
    }

    private static ImmutableArray<EntryBatch> Batches(ref WireReader reader)
    {
        int count = reader.Count(MinBatchBytes);
        ImmutableArray<EntryBatch>.Builder batches = ImmutableArray.CreateBuilder<EntryBatch>(count);
        for (int i = 0; i < count; i++)
        {
            batches.Add(Batch(ref reader));
        }

        return batches.MoveToImmutable();
    }

    private static EntryBatch Batch(ref WireReader reader)
    {
        Slot first = Slot(ref reader);
        int count = reader.Int32();
        var kind = (EntryKind)reader.Byte();
        byte[] payload = reader.Bytes(MaxPayloadBytes);
        if (count is < 1 or > MaxBatchSlots)
        {
            throw new InvalidFrameException($"a batch of {count} slots, expected 1 to {MaxBatchSlots}");
        }

        return kind switch
        {
            EntryKind.Commands when payload.Length > 0 => new EntryBatch(first, count, kind, payload),
            EntryKind.EpochStart when count == 1 && payload.Length == 0 => new EntryBatch(first, count, kind, payload),
            EntryKind.StopSign when count == 1 && payload.Length > 0 => new EntryBatch(first, count, kind, payload),
            EntryKind.Commands => throw new InvalidFrameException("a batch of commands without a payload"),
            EntryKind.EpochStart => throw new InvalidFrameException($"the start of an epoch with {count} slots and {payload.Length} bytes, expected 1 and 0"),
            EntryKind.StopSign => throw new InvalidFrameException($"a stop-sign with {count} slots and {payload.Length} bytes, expected 1 and some"),
            _ => throw new InvalidFrameException($"a batch of unknown kind {(byte)kind}"),
        };
    }
}
