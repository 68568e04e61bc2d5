using Dike.Node.Liveness;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Shards;

/// <summary>Frames between nodes as inputs of a shard.</summary>
internal static class PeerFrames
{
    /// <param name="member">Who sent it.</param>
    /// <param name="link">The link it came on.</param>
    /// <param name="kind">The frame's kind.</param>
    /// <param name="body">The frame's body; nothing of it is kept.</param>
    /// <exception cref="InvalidFrameException">A member does not send this.</exception>
    public static ShardInput Read(int member, long link, FrameKind kind, ReadOnlySpan<byte> body) => kind switch
    {
        FrameKind.PeerMessages => new PeerMessagesReceived(member, link, PeerEnvelope.ReadAll(body)),
        FrameKind.Heartbeat => new HeartbeatReceived(member, link, Heartbeat.Read(body)),
        FrameKind.ReadStateCheck => new StateCheckAsked(member, link, StateCheckQuestion.Read(body)),
        FrameKind.StateCheck => new StateCheckAnswered(member, link, StateCheckAnswer.Read(body)),
        _ => throw new InvalidFrameException($"a {kind} frame does not belong on the link of a member"),
    };
}
