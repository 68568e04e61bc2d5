using System.Threading.Channels;
using Dike.Transport;
using Dike.Wire;

namespace Dike.Tests.Transport;

/// <summary>Keeps what a connection receives; tests wait on it instead of sleeping.</summary>
internal sealed class RecordingReceiver : IFrameReceiver
{
    private readonly Channel<(FrameKind Kind, byte[] Body)> _frames = Channel.CreateUnbounded<(FrameKind, byte[])>();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closedCount;

    public int ClosedCount => Volatile.Read(ref _closedCount);

    /// <summary>What to do with each frame before it is kept.</summary>
    public Action<TcpConnection, FrameKind, byte[]> Inspect { get; init; } = static (_, _, _) => { };

    public void OnFrame(TcpConnection connection, FrameKind kind, ReadOnlySpan<byte> body)
    {
        byte[] copy = body.ToArray();
        Inspect(connection, kind, copy);
        Assert.True(_frames.Writer.TryWrite((kind, copy)));
    }

    public void OnClosed(TcpConnection connection, string reason)
    {
        Interlocked.Increment(ref _closedCount);
        _frames.Writer.TryComplete();
        _closed.TrySetResult(reason);
    }

    public async Task<(FrameKind Kind, byte[] Body)> NextAsync() => await _frames.Reader.ReadAsync().AsTask().WaitAsync(Bound.Time);

    public async Task<int> CountToEndAsync()
    {
        int count = 0;
        await foreach ((FrameKind, byte[]) _ in _frames.Reader.ReadAllAsync())
        {
            count++;
        }

        return count;
    }

    public Task<string> ClosedAsync() => _closed.Task.WaitAsync(Bound.Time);
}
