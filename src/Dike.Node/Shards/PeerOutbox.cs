using System.Buffers;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>
/// What a turn sends to one node: envelopes of all groups, gathered into as few frames as fit the limit. Owned by the shard; empty between turns.
/// A frame that the link does not take breaks the link: the groups are told so and send again, instead of missing a message in silence.
/// </summary>
internal sealed class PeerOutbox(int targetFrameBytes)
{
    private readonly ArrayBufferWriter<byte> _envelopes = new(4096);
    private IPeerLink? _link;
    private uint _count;

    /// <summary>The link to send on, or null: what is sent meanwhile is lost, as on a broken link.</summary>
    public IPeerLink? Link
    {
        get => _link;
        set
        {
            // What was gathered for the old link must not travel on the new one: its receiver would take it for fresh.
            Drop();
            _link = value;
        }
    }

    public void Add(in PeerEnvelope envelope)
    {
        if (_link is null)
        {
            return;
        }

        envelope.Write(new WireWriter(_envelopes));
        _count++;
        if (_envelopes.WrittenCount >= targetFrameBytes)
        {
            Flush();
        }
    }

    public void Flush()
    {
        if (_count > 0)
        {
            Send(FrameKind.PeerMessages, WriteEnvelopes);
            Drop();
        }
    }

    /// <summary>Sends one frame of another kind at once, ahead of what is gathered: none of them depends on the order among the kinds.</summary>
    public void Send(FrameKind kind, Action<WireWriter> writeBody)
    {
        if (_link?.Send(kind, writeBody) == false)
        {
            _link.Abort("it does not take what is sent fast enough");
        }
    }

    private void WriteEnvelopes(WireWriter writer)
    {
        writer.UInt32(_count);
        writer.Raw(_envelopes.WrittenSpan);
    }

    private void Drop()
    {
        _envelopes.ResetWrittenCount();
        _count = 0;
    }
}
