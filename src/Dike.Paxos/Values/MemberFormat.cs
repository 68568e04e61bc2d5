using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Dike.Paxos;

/// <summary>
/// Members as bytes, the same in stop-signs, in records and in messages: their number (2), then each one's replica id (4), priority (2), incarnation (8), length of the
/// node's name (2), name in UTF-8. Little-endian. Reading believes nothing: what is no list of members gives a reason instead.
/// </summary>
internal static class MemberFormat
{
    /// <summary>More members than any group has; a garbled count stops here.</summary>
    public const int MaxMembers = 255;

    private const int FixedBytes = 16;
    private const int PriorityAt = 4;
    private const int IncarnationAt = 6;
    private const int LengthAt = 14;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[] ToBytes(ImmutableArray<Member> members)
    {
        Invariant.Require(members.Length <= MaxMembers, $"{members.Length} members");
        byte[] bytes = new byte[sizeof(ushort) + members.Sum(member => FixedBytes + Strict.GetByteCount(member.Node))];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)members.Length);
        Span<byte> rest = bytes.AsSpan(sizeof(ushort));
        foreach (Member member in members)
        {
            int length = Strict.GetBytes(member.Node, rest[FixedBytes..]);
            BinaryPrimitives.WriteUInt32LittleEndian(rest, member.Id.Value);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[PriorityAt..], member.Priority);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[IncarnationAt..], member.Incarnation);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[LengthAt..], checked((ushort)length));
            rest = rest[(FixedBytes + length)..];
        }

        return bytes;
    }

    /// <summary>Reads members from all of <paramref name="bytes"/>.</summary>
    /// <returns>Null, or why they are none.</returns>
    public static string? TryRead(ReadOnlySpan<byte> bytes, out ImmutableArray<Member> members)
    {
        members = [];
        int count = bytes.Length < sizeof(ushort) ? -1 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (count is < 0 or > MaxMembers)
        {
            return $"a list of {count} members, expected 0 to {MaxMembers}";
        }

        ReadOnlySpan<byte> rest = bytes[sizeof(ushort)..];
        ImmutableArray<Member>.Builder read = ImmutableArray.CreateBuilder<Member>(count);
        for (int index = 0; index < count; index++)
        {
            int length = rest.Length < FixedBytes ? -1 : BinaryPrimitives.ReadUInt16LittleEndian(rest[LengthAt..]);
            if (length < 0 || length > rest.Length - FixedBytes)
            {
                return $"member {index + 1} of {count} is cut off";
            }

            if (!TryReadName(rest.Slice(FixedBytes, length), out string node))
            {
                return $"the node name of member {index + 1} of {count} is no text";
            }

            read.Add(new Member(
                new ReplicaId(BinaryPrimitives.ReadUInt32LittleEndian(rest)),
                BinaryPrimitives.ReadUInt16LittleEndian(rest[PriorityAt..]),
                node,
                BinaryPrimitives.ReadUInt64LittleEndian(rest[IncarnationAt..])));
            rest = rest[(FixedBytes + length)..];
        }

        members = read.MoveToImmutable();
        return rest.IsEmpty ? null : $"{rest.Length} bytes follow the last member";
    }

    private static bool TryReadName(ReadOnlySpan<byte> bytes, out string name)
    {
        try
        {
            name = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            // Not UTF-8: the caller refuses the whole list and says which member it was.
            name = string.Empty;
            return false;
        }
    }
}
