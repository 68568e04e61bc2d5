using System.Buffers;
using Dike.Node.Shards;
using Dike.Wire;

namespace Dike.Testing.Simulation;

/// <summary>
/// One connection from a node to another, as the sender's shard has it. It carries real bytes: what is sent is written, read back as the receiver would, and delivered by
/// the <see cref="SimulatedNetwork"/>, which may treat it worse than any TCP connection would.
/// </summary>
internal sealed class SimulatedLink(SimulatedNetwork network, int from, int to, long number) : IPeerLink
{
    private readonly ArrayBufferWriter<byte> _body = new(512);

    public int From => from;

    public int To => to;

    public long Number => number;

    public bool IsOpen { get; set; } = true;

    /// <inheritdoc/>
    public bool Send(FrameKind kind, Action<WireWriter> writeBody)
    {
        if (!IsOpen)
        {
            return false;
        }

        _body.ResetWrittenCount();
        writeBody(new WireWriter(_body));
        bool isTaken = network.Send(this, kind, PeerFrames.Read(from, number, kind, _body.WrittenSpan), _body.WrittenCount);
        if (kind == FrameKind.PeerMessages)
        {
            network.NodeAt(from).Reach(CrashPoint.AfterSend);
        }

        return isTaken;
    }

    /// <inheritdoc/>
    public void Abort(string reason) => network.Close(this, reason);
}
