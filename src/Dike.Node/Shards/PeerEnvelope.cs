using Dike.Node.Groups.Messages;
using Dike.Node.Wire;
using Dike.Paxos;
using Dike.Storage;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>A message between two replicas of one group, as it travels among many in one PeerMessages frame.</summary>
/// <param name="Group">The group.</param>
/// <param name="From">The sending replica.</param>
/// <param name="To">The receiving replica.</param>
/// <param name="Message">A message of consensus, or null.</param>
/// <param name="Own">A message of the groups themselves, if there is none of consensus.</param>
internal readonly record struct PeerEnvelope(GroupId Group, ReplicaId From, ReplicaId To, PeerMessage? Message, GroupMessage? Own = null)
{
    /// <summary>The fewest bytes an envelope takes: group, two replicas, kind and at least as much as a configuration.</summary>
    private const int MinBytes = 3 * sizeof(int) + 1 + sizeof(uint);

    public void Write(WireWriter writer)
    {
        writer.Int32(Group.Value);
        writer.UInt32(From.Value);
        writer.UInt32(To.Value);
        if (Message is not null)
        {
            PaxosCodec.Write(writer, Message);
        }
        else
        {
            GroupMessageCodec.Write(writer, Own!);
        }
    }

    /// <summary>Reads the body of a PeerMessages frame: a count, then the envelopes.</summary>
    /// <exception cref="InvalidFrameException">A correct node cannot have sent it.</exception>
    public static PeerEnvelope[] ReadAll(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var envelopes = new PeerEnvelope[reader.Count(MinBytes)];
        for (int index = 0; index < envelopes.Length; index++)
        {
            var group = new GroupId(reader.Int32());
            var from = new ReplicaId(reader.UInt32());
            var to = new ReplicaId(reader.UInt32());
            envelopes[index] = GroupMessageCodec.IsKind(reader.Peek())
                ? new PeerEnvelope(group, from, to, null, GroupMessageCodec.Read(ref reader))
                : new PeerEnvelope(group, from, to, PaxosCodec.Read(ref reader));
        }

        reader.End();
        return envelopes;
    }
}
