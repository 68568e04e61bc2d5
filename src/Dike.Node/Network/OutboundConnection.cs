using Dike.Transport;
using Dike.Wire;

namespace Dike.Node.Network;

/// <summary>
/// The receiving half of a connection that this node made to another: the answer to its Hello, then at most one answer to a question. Everything else
/// travels on the connection that the other node makes.
/// </summary>
internal sealed class OutboundConnection : IFrameReceiver
{
    private readonly TaskCompletionSource<Frame> _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<byte[]> _founding = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The <see cref="Welcome"/> or <see cref="Refused"/>; fails with <see cref="IOException"/> if the connection ends before.</summary>
    public Task<Frame> HelloAnswer => _hello.Task;

    /// <summary>The body of the FoundingAnswer; fails with <see cref="IOException"/> if the connection ends before.</summary>
    public Task<byte[]> FoundingAnswer => _founding.Task;

    /// <inheritdoc/>
    public void OnFrame(TcpConnection connection, FrameKind kind, ReadOnlySpan<byte> body)
    {
        bool isTaken = kind switch
        {
            FrameKind.Welcome or FrameKind.Refused => _hello.TrySetResult(FrameCodec.Read(kind, body)),
            FrameKind.FoundingAnswer => _founding.TrySetResult(body.ToArray()),
            _ => false,
        };
        if (!isTaken)
        {
            throw new InvalidFrameException($"a {kind} frame was not expected on a connection that this node made");
        }
    }

    /// <inheritdoc/>
    public void OnClosed(TcpConnection connection, string reason)
    {
        Fail(_hello, reason);
        Fail(_founding, reason);
    }

    private static void Fail<T>(TaskCompletionSource<T> waiting, string reason)
    {
        if (waiting.TrySetException(new IOException(reason)))
        {
            // Nobody may be waiting any more; the reason is then of no interest.
            _ = waiting.Task.Exception;
        }
    }
}
