using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace Dike.Paxos;

/// <summary>
/// The last entry of a configuration: names the next one and its members, in the order of their ids. Once it is decided nothing more is decided in its own configuration, and
/// the next starts directly behind it. As bytes: version (1), next configuration (4), <see cref="MemberFormat"/>.
/// </summary>
/// <param name="Next">The configuration that follows.</param>
/// <param name="Members">Its members.</param>
internal sealed record StopSign(ConfigurationId Next, ImmutableArray<Member> Members)
{
    private const byte Version = 1;
    private const int MembersAt = 5;

    /// <inheritdoc/>
    public bool Equals(StopSign? other) => other is not null && Next == other.Next && Members.AsSpan().SequenceEqual(other.Members.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Next, Members.Length);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"configuration {Next} of {string.Join(',', Members.Select(member => member.Id))}");

    public byte[] ToPayload()
    {
        byte[] members = MemberFormat.ToBytes(Members);
        byte[] payload = new byte[MembersAt + members.Length];
        payload[0] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(1), Next.Value);
        members.CopyTo(payload, MembersAt);
        return payload;
    }

    /// <summary>Reads the payload of a batch of kind <see cref="EntryKind.StopSign"/>.</summary>
    /// <returns>Null, or why it is none.</returns>
    public static string? TryRead(ReadOnlySpan<byte> payload, out StopSign? stopSign)
    {
        stopSign = null;
        if (payload.Length < MembersAt || payload[0] != Version)
        {
            return $"a stop-sign of {payload.Length} bytes and version {(payload.IsEmpty ? 0 : payload[0])}, this build reads version {Version}";
        }

        string? fault = MemberFormat.TryRead(payload[MembersAt..], out ImmutableArray<Member> members) ?? FaultOf(members);
        if (fault is null)
        {
            stopSign = new StopSign(new ConfigurationId(BinaryPrimitives.ReadUInt32LittleEndian(payload[1..])), members);
        }

        return fault;
    }

    /// <summary>The stop-sign of a batch that is known to be one: what is in the log was checked when it came.</summary>
    public static StopSign Of(EntryBatch batch)
    {
        string? fault = TryRead(batch.Payload.Span, out StopSign? stopSign);
        Invariant.Require(stopSign is not null, $"{batch}: {fault}");
        return stopSign;
    }

    /// <summary>Why these cannot be the members of a configuration, or null.</summary>
    public static string? FaultOf(ImmutableArray<Member> members)
    {
        if (members.IsDefaultOrEmpty)
        {
            return "A group needs at least one member.";
        }

        for (int index = 0; index < members.Length; index++)
        {
            Member member = members[index];
            if (member.Id == ReplicaId.None || (index > 0 && member.Id.CompareTo(members[index - 1].Id) <= 0))
            {
                return $"Replica id {member.Id} is not a unique id from 1; give each member its own.";
            }

            for (int other = 0; other < index && member.Node.Length > 0; other++)
            {
                if (members[other].Node == member.Node)
                {
                    return $"Replicas {members[other].Id} and {member.Id} are both on node {member.Node}; one node holds one replica of a group.";
                }
            }
        }

        return members.Length <= MemberFormat.MaxMembers ? null : $"{members.Length} members; a group has at most {MemberFormat.MaxMembers}.";
    }
}
