using System.Buffers.Binary;
using System.Collections.Immutable;
using Dike.Paxos;

namespace Dike.Storage.Files;

/// <summary>
/// The payload of the records that have no entries. A configuration: own replica id (4), 1 if it votes (1), members. A snapshot: its configuration (4), length (8),
/// hash (16), members. Members are as in <see cref="MemberFormat"/>. See docs/storage.md. Called by <see cref="RecordFormat"/>, which has the checksums.
/// </summary>
internal static class DescriptionFormat
{
    private const int VoterAt = 4;
    private const int MembersOfConfigurationAt = 5;
    private const int BytesAt = 4;
    private const int HashAt = 12;
    private const int MembersOfSnapshotAt = 28;

    /// <summary>The description; empty for a record of another kind.</summary>
    public static byte[] ToBytes(LogWrite write) => write switch
    {
        ConfigurationWrite configuration => ToBytes(configuration),
        SnapshotWrite snapshot => ToBytes(snapshot.Snapshot),
        _ => [],
    };

    /// <summary>Reads the record that has this header and payload.</summary>
    /// <returns>Null, or why there is none.</returns>
    public static string? TryRead(in RecordHeader header, ReadOnlySpan<byte> payload, out LogWrite? write)
    {
        write = null;
        bool isSnapshot = header.Kind == RecordKind.Snapshot;
        int membersAt = isSnapshot ? MembersOfSnapshotAt : MembersOfConfigurationAt;
        if (payload.Length < membersAt || header.Batches != 0 || (!isSnapshot && payload[VoterAt] > 1))
        {
            return $"the description in the record of {header.Describe()} has impossible fields";
        }

        if (MemberFormat.TryRead(payload[membersAt..], out ImmutableArray<Member> members) is { } fault)
        {
            return $"the record of {header.Describe()} has {fault}";
        }

        uint first = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        write = isSnapshot
            ? new SnapshotWrite(
                header.Number,
                header.Configuration,
                new SnapshotInfo(
                    header.First,
                    new ConfigurationId(first),
                    members,
                    BinaryPrimitives.ReadInt64LittleEndian(payload[BytesAt..]),
                    BinaryPrimitives.ReadUInt128LittleEndian(payload[HashAt..])))
            : new ConfigurationWrite(header.Number, header.Configuration, new ReplicaId(first), members, payload[VoterAt] == 1);
        return null;
    }

    private static byte[] ToBytes(ConfigurationWrite write)
    {
        byte[] members = MemberFormat.ToBytes(write.Members);
        byte[] bytes = new byte[MembersOfConfigurationAt + members.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, write.Self.Value);
        bytes[VoterAt] = write.IsVoter ? (byte)1 : (byte)0;
        members.CopyTo(bytes, MembersOfConfigurationAt);
        return bytes;
    }

    private static byte[] ToBytes(SnapshotInfo snapshot)
    {
        byte[] members = MemberFormat.ToBytes(snapshot.Members);
        byte[] bytes = new byte[MembersOfSnapshotAt + members.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, snapshot.Configuration.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(BytesAt), snapshot.Bytes);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(HashAt), snapshot.ContentHash);
        members.CopyTo(bytes, MembersOfSnapshotAt);
        return bytes;
    }
}
