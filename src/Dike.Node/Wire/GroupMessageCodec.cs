using System.Collections.Immutable;
using Dike.Node.Groups.Divergence;
using Dike.Node.Groups.Messages;
using Dike.Paxos;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Wire;

/// <summary>
/// Group messages as bytes: an ordinal, then the fields in the order of the record's parameters. The only place that knows these bytes; golden files hold it to them.
/// Reading throws <see cref="InvalidFrameException"/> for anything a correct peer cannot have sent, and nothing else.
/// </summary>
internal static class GroupMessageCodec
{
    /// <summary>The members of a group and what is said of them: far below any frame.</summary>
    private const int MaxMembersBytes = 64 << 10;

    /// <summary>The largest block of a snapshot that can be configured.</summary>
    private const int MaxSnapshotBlockBytes = 16 << 20;

    private const int MinSnapshotBlockBytes = sizeof(ulong) + sizeof(uint);

    /// <summary>Whether a first byte begins a group message: otherwise it begins one of consensus.</summary>
    public static bool IsKind(byte kind) => Enum.IsDefined((GroupMessageKind)kind);

    public static void Write(WireWriter writer, GroupMessage message)
    {
        writer.Byte((byte)message.Kind);
        switch (message)
        {
            case Invite invite:
                writer.Bytes(MemberFormat.ToBytes([invite.Here]));
                writer.UInt32(invite.Configuration.Value);
                writer.Bytes(MemberFormat.ToBytes(invite.Members));
                break;
            case HashReport report:
                writer.Int64(report.Checkpoint.Slot.Value);
                Write(writer, report.Checkpoint.Chain);
                writer.Bool(report.Checkpoint.StateHash is not null);
                Write(writer, report.Checkpoint.StateHash ?? default);
                break;
            case SnapshotBlockAsked asked:
                writer.Int64(asked.Slot.Value);
                Write(writer, asked.ContentHash);
                writer.Int32(asked.First);
                writer.Int32(asked.Count);
                break;
            case SnapshotBlocks blocks:
                Write(writer, blocks);
                break;
            default:
                throw new InvalidOperationException($"{message.Kind} has no bytes");
        }
    }

    /// <exception cref="InvalidFrameException">The bytes are no message, or one that is nonsense whatever the receiver's state.</exception>
    public static GroupMessage Read(ref WireReader reader)
    {
        byte kind = reader.Byte();
        GroupMessage message = (GroupMessageKind)kind switch
        {
            GroupMessageKind.Invite => new Invite(One(Members(ref reader)), new ConfigurationId(reader.UInt32()), Members(ref reader)),
            GroupMessageKind.HashReport => new HashReport(Checkpoint(ref reader)),
            GroupMessageKind.SnapshotBlockAsked => new SnapshotBlockAsked(new Slot(reader.Int64()), UInt128(ref reader), reader.Int32(), reader.Int32()),
            GroupMessageKind.SnapshotBlocks => new SnapshotBlocks(new Slot(reader.Int64()), UInt128(ref reader), reader.Int32(), Blocks(ref reader)),
            _ => throw new InvalidFrameException($"group message of unknown kind {kind}"),
        };
        return message.Invalid() is { } reason ? throw new InvalidFrameException($"{message.Kind}: {reason}") : message;
    }

    private static ImmutableArray<Member> Members(ref WireReader reader) =>
        MemberFormat.TryRead(reader.Bytes(MaxMembersBytes), out ImmutableArray<Member> members) is { } fault ? throw new InvalidFrameException(fault) : members;

    private static void Write(WireWriter writer, SnapshotBlocks message)
    {
        writer.Int64(message.Slot.Value);
        Write(writer, message.ContentHash);
        writer.Int32(message.First);
        writer.UInt32((uint)message.Blocks.Length);
        foreach (SnapshotBlock block in message.Blocks)
        {
            writer.UInt64(block.Checksum);
            writer.Bytes(block.Bytes.Span);
        }
    }

    private static ImmutableArray<SnapshotBlock> Blocks(ref WireReader reader)
    {
        var blocks = new SnapshotBlock[reader.Count(MinSnapshotBlockBytes, SnapshotBlockAsked.MaxCount)];
        for (int index = 0; index < blocks.Length; index++)
        {
            blocks[index] = new SnapshotBlock(reader.UInt64(), reader.Bytes(MaxSnapshotBlockBytes));
        }

        return [.. blocks];
    }

    private static void Write(WireWriter writer, UInt128 value)
    {
        writer.UInt64((ulong)(value >> 64));
        writer.UInt64((ulong)value);
    }

    private static UInt128 UInt128(ref WireReader reader) => new(reader.UInt64(), reader.UInt64());

    private static Checkpoint Checkpoint(ref WireReader reader)
    {
        var slot = new Slot(reader.Int64());
        UInt128 chain = UInt128(ref reader);
        bool hasState = reader.Bool();
        UInt128 state = UInt128(ref reader);
        return hasState || state == default
            ? new Checkpoint(slot, chain, hasState ? state : null)
            : throw new InvalidFrameException($"a report of slot {slot} has no state hash, yet its place is not empty");
    }

    private static Member One(ImmutableArray<Member> members) =>
        members.Length == 1 ? members[0] : throw new InvalidFrameException($"an invitation for {members.Length} replicas, expected 1");
}
