using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>The connection on which a node sends to one other. Frames arrive in order and once, or the link breaks and its owner says so.</summary>
internal interface IPeerLink
{
    /// <summary>Queues one frame; never blocks. False if the link has ended or cannot take more: the frame is lost.</summary>
    bool Send(FrameKind kind, Action<WireWriter> writeBody);

    /// <summary>Cuts the link; its end is reported like any other.</summary>
    void Abort(string reason);
}
