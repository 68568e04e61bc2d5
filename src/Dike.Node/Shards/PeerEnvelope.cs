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
/// <param name="Message">The message.</param>
internal readonly record struct PeerEnvelope(GroupId Group, ReplicaId From, ReplicaId To, PeerMessage Message)
{
    /// <summary>The fewest bytes an envelope takes: group, two replicas, kind and configuration of the message.</summary>
    private const int MinBytes = 3 * sizeof(int) + 1 + sizeof(uint);

    public void Write(WireWriter writer)
    {
        writer.Int32(Group.Value);
        writer.UInt32(From.Value);
        writer.UInt32(To.Value);
        PaxosCodec.Write(writer, Message);
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
            envelopes[index] = new PeerEnvelope(group, from, to, PaxosCodec.Read(ref reader));
        }

        reader.End();
        return envelopes;
    }
}
