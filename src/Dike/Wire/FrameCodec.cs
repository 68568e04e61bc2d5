using System.Buffers;
using Dike.Transport;

namespace Dike.Wire;

/// <summary>
/// Frame ↔ body bytes. Reading checks everything that can be checked without knowing the receiver's state: whoever gets a frame
/// from here may rely on its <see cref="Frame.Invalid"/> being null. Called by the receivers of connections and by <see cref="TcpConnection"/>.
/// </summary>
internal static class FrameCodec
{
    /// <summary>Reads the body of a frame of this assembly (kinds below 64). The result keeps nothing of <paramref name="body"/>.</summary>
    /// <exception cref="InvalidFrameException">The body is nonsense, or the kind is none of those between clients and nodes.</exception>
    public static Frame Read(FrameKind kind, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        try
        {
            Frame frame = ReadBody(kind, ref reader);
            reader.End();
            return frame.Invalid() is string wrong ? throw new InvalidFrameException(wrong) : frame;
        }
        catch (InvalidFrameException e)
        {
            // The reason alone does not say where: the log line of the closed connection shall name the frame.
            throw new InvalidFrameException($"{kind} frame of {body.Length} bytes: {e.Message}");
        }
    }

    /// <summary>Writes the body.</summary>
    public static void Write(Frame frame, IBufferWriter<byte> output) => frame.Write(new WireWriter(output));

    private static Frame ReadBody(FrameKind kind, ref WireReader reader) => kind switch
    {
        FrameKind.Hello => Hello.Read(ref reader),
        FrameKind.Welcome => Welcome.Read(ref reader),
        FrameKind.Refused => Refused.Read(ref reader),
        FrameKind.Call => Call.Read(ref reader),
        FrameKind.CallResult => CallResult.Read(ref reader),
        FrameKind.GetRoutes => GetRoutes.Read(ref reader),
        FrameKind.Routes => Routes.Read(ref reader),
        FrameKind.CreateRing => CreateRing.Read(ref reader),
        FrameKind.RingCreated => RingCreated.Read(ref reader),
        FrameKind.CompareReplicas => CompareReplicas.Read(ref reader),
        FrameKind.ReplicasCompared => ReplicasCompared.Read(ref reader),
        FrameKind.PeerMessages or FrameKind.Heartbeat or FrameKind.FoundingProbe or FrameKind.FoundingAnswer
            or FrameKind.ReadStateCheck or FrameKind.StateCheck =>
            throw new InvalidFrameException("this kind travels between nodes only"),
        (FrameKind)0 or > FrameKind.StateCheck or (> FrameKind.ReplicasCompared and < FrameKind.PeerMessages) =>
            throw new InvalidFrameException("this kind is unknown"),
    };
}
