using System.Buffers;
using Dike.Node.Groups.Messages;
using Dike.Node.Wire;
using Dike.Paxos;
using Dike.Wire;

namespace Dike.Node.Tests.Groups;

/// <summary>A message on its way, as bytes: everything the harness delivers went through the codec.</summary>
internal sealed record Packet(ReplicaId From, ReplicaId To, byte[] Bytes)
{
    public bool IsOfGroup => GroupMessageCodec.IsKind(Bytes[0]);

    public GroupMessage DecodeOfGroup()
    {
        var reader = new WireReader(Bytes);
        GroupMessage message = GroupMessageCodec.Read(ref reader);
        reader.End();
        return message;
    }

    public PeerMessage Decode()
    {
        var reader = new WireReader(Bytes);
        PeerMessage message = PaxosCodec.Read(ref reader);
        reader.End();
        return message;
    }
}

/// <summary>Links between nodes: in order per link while the link lives; what is on a link is lost when it breaks.</summary>
internal sealed class HarnessNetwork(GroupHarness harness)
{
    private readonly SortedDictionary<(uint From, uint To), Queue<Packet>> _links = [];
    private readonly HashSet<(uint From, uint To)> _cut = [];

    public bool IsEmpty => _links.Values.All(link => link.Count == 0);

    /// <summary>Everything that was ever sent, in order; for tests that must see what leaves.</summary>
    public List<Packet> Sent { get; } = [];

    public void Send(ReplicaId from, ReplicaId to, PeerMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        PaxosCodec.Write(new WireWriter(output), message);
        Send(from, to, output);
    }

    public void Send(ReplicaId from, ReplicaId to, GroupMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        GroupMessageCodec.Write(new WireWriter(output), message);
        Send(from, to, output);
    }

    private void Send(ReplicaId from, ReplicaId to, ArrayBufferWriter<byte> output)
    {
        var packet = new Packet(from, to, output.WrittenSpan.ToArray());
        Sent.Add(packet);
        if (!_cut.Contains((from.Value, to.Value)) && harness.Node(to).IsUp)
        {
            Link(from.Value, to.Value).Enqueue(packet);
        }
    }

    /// <summary>Delivers the next packet of a link that has one; <paramref name="choose"/> picks the link.</summary>
    public bool DeliverOne(Func<int, int> choose, bool isRepeated = false)
    {
        Queue<Packet>[] full = [.. _links.Values.Where(link => link.Count > 0)];
        if (full.Length == 0)
        {
            return false;
        }

        Queue<Packet> chosen = full[choose(full.Length)];
        Deliver(isRepeated ? chosen.Peek() : chosen.Dequeue());
        return true;
    }

    /// <summary>Delivers a packet again, as a replay from long ago.</summary>
    public void Deliver(Packet packet)
    {
        HarnessNode to = harness.Node(packet.To);
        if (to.IsUp && packet.IsOfGroup)
        {
            to.Receive(packet.From, packet.DecodeOfGroup());
        }
        else if (to.IsUp)
        {
            to.Receive(packet.From, packet.Decode());
        }
    }

    /// <summary>Cuts a link. With <paramref name="unnoticed"/>, <paramref name="one"/> goes on to believe that it is there.</summary>
    public void Cut(ReplicaId one, ReplicaId other, bool unnoticed = false)
    {
        bool wasWhole = _cut.Add((one.Value, other.Value));
        _cut.Add((other.Value, one.Value));
        Empty(one, other);
        if (wasWhole)
        {
            Tell(other, one, isUp: false);
            if (!unnoticed)
            {
                Tell(one, other, isUp: false);
            }
        }
    }

    public void Heal(ReplicaId one, ReplicaId other)
    {
        if (_cut.Remove((one.Value, other.Value)))
        {
            _cut.Remove((other.Value, one.Value));
            Tell(one, other, isUp: false);
            Tell(other, one, isUp: false);
            Tell(one, other, isUp: true);
            Tell(other, one, isUp: true);
        }
    }

    public bool IsCut(ReplicaId one, ReplicaId other) => _cut.Contains((one.Value, other.Value));

    public void Empty(ReplicaId one, ReplicaId other)
    {
        Link(one.Value, other.Value).Clear();
        Link(other.Value, one.Value).Clear();
    }

    private void Tell(ReplicaId one, ReplicaId other, bool isUp)
    {
        if (harness.Node(one).IsUp && (harness.Node(other).IsUp || !isUp))
        {
            harness.Node(one).PeerChanged(other, isUp);
        }
    }

    private Queue<Packet> Link(uint from, uint to)
    {
        if (!_links.TryGetValue((from, to), out Queue<Packet>? link))
        {
            link = new Queue<Packet>();
            _links.Add((from, to), link);
        }

        return link;
    }
}
