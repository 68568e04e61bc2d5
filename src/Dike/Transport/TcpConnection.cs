using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Dike.Wire;

namespace Dike.Transport;

/// <summary>
/// A framed connection over one socket. Frames go out in the order in which they were sent, many of them in one write; received frames go to the receiver.
/// </summary>
/// <remarks>
/// One reading task owns the receiver: <see cref="IFrameReceiver.OnFrame"/> and, at the very end and exactly once, <see cref="IFrameReceiver.OnClosed"/>
/// are called on it and nowhere else. Whoever ends the connection only records the reason (the first one counts) and cuts the socket; the reading task notices.
/// </remarks>
internal sealed class TcpConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly TransportLimits _limits;
    private readonly FrameSender _sender;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IFrameReceiver? _receiver;
    private string? _reason;
    private int _isStarted;
    private volatile bool _isClosing;

    private TcpConnection(Socket socket, TransportLimits limits, string remoteAddress)
    {
        WireFormat.Require(limits.MaxFrameBytes is >= FrameHeader.MinMaxFrameBytes and <= FrameHeader.MaxMaxFrameBytes);
        socket.NoDelay = true;
        KeepAlive(socket);
        _socket = socket;
        _limits = limits;
        RemoteAddress = remoteAddress;
        _sender = new FrameSender(socket, limits, Cut);
    }

    /// <summary>Where the other end is, for messages.</summary>
    public string RemoteAddress { get; }

    /// <summary>Completes when the connection has ended and <see cref="IFrameReceiver.OnClosed"/> has returned. Fails only if the receiver itself failed.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether it ended because of what the other end sent, as opposed to going away. Final once <see cref="IFrameReceiver.OnClosed"/> is called.</summary>
    public bool IsHostile { get; private set; }

    /// <summary>The owner's note of who is at the other end; set once after the handshake.</summary>
    public object? Tag { get; set; }

    /// <summary>Bytes queued and not yet handed to the socket.</summary>
    public long QueuedBytes => _sender.QueuedBytes;

    /// <summary>Connects to <paramref name="address"/> (<c>host:port</c>; the name is resolved anew each time).</summary>
    /// <exception cref="SocketException">Nobody listens there, the name is unknown, or the attempt took longer than <see cref="TransportLimits.ConnectTimeout"/>.</exception>
    /// <exception cref="DikeConfigurationException"><paramref name="address"/> is not an address.</exception>
    public static async Task<TcpConnection> ConnectAsync(string address, TransportLimits limits, CancellationToken cancellationToken)
    {
        if (!HostAndPort.TryParse(address, out HostAndPort target))
        {
            throw Fail.BadAddress(address);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        bool isConnected = false;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limits.ConnectTimeout);
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(target.Host, target.Port), timeout.Token).ConfigureAwait(false);
            var connection = new TcpConnection(socket, limits, address);
            isConnected = true;
            return connection;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
        finally
        {
            if (!isConnected)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>Takes over an accepted socket.</summary>
    /// <exception cref="SocketException">The other end has gone already.</exception>
    public static TcpConnection FromAccepted(Socket socket, TransportLimits limits) =>
        new(socket, limits, socket.RemoteEndPoint?.ToString() ?? "unknown address");

    /// <summary>Starts reading and writing. Call once.</summary>
    public void Start(IFrameReceiver receiver)
    {
        WireFormat.Require(Interlocked.Exchange(ref _isStarted, 1) == 0);
        _receiver = receiver;
        _sender.Start();
        _ = Task.Run(RunAsync);
    }

    /// <summary>
    /// Queues one frame; never blocks. False if the connection has ended, its queue is over the limit or the frame is larger than the connection carries
    /// (the frame was not queued; for the last case see <see cref="Frame.InsteadOfTooLarge"/>).
    /// </summary>
    public bool Send(Frame frame)
    {
        if (_sender.TrySend(frame.Kind, frame, FrameCodec.Write, out int bodyBytes))
        {
            return true;
        }

        int maxBodyBytes = _limits.MaxFrameBytes - FrameHeader.Size;
        return bodyBytes > maxBodyBytes
            && frame.InsteadOfTooLarge(bodyBytes, maxBodyBytes) is Frame instead
            && _sender.TrySend(instead.Kind, instead, FrameCodec.Write, out _);
    }

    /// <summary>Queues one frame whose body the caller writes, for frames this assembly does not know. Same results as <see cref="Send(Frame)"/>.</summary>
    public bool Send(FrameKind kind, Action<WireWriter> writeBody) =>
        _sender.TrySend(kind, writeBody, static (write, output) => write(new WireWriter(output)), out _);

    /// <summary>
    /// Sends what is queued (bounded by <see cref="TransportLimits.CloseTimeout"/>), then closes. Frames that still arrive are dropped.
    /// Never throws; may be left unawaited.
    /// </summary>
    public async Task CloseAsync(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        _isClosing = true;
        if (Volatile.Read(ref _isStarted) == 0)
        {
            Cut(reason);
        }
        else if (await EndsInTimeAsync(_sender.EndAsync()).ConfigureAwait(false))
        {
            // Closing outright would answer bytes that are still under way from the other end with a reset, and a reset may destroy our last frame
            // before it is read (RFC 1122, 4.2.2.13). So we say that nothing more comes and let the reading task wait for the same from the other end.
            ShutdownSending();
        }

        if (!await EndsInTimeAsync(Completion).ConfigureAwait(false))
        {
            Cut(reason);
        }
    }

    /// <summary>Cuts the connection at once, as a crash would: what is queued is lost and the other end sees a reset.</summary>
    public void Abort(string reason)
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The socket has gone already, which is what we want.
        }

        Cut(reason);
    }

    public async ValueTask DisposeAsync()
    {
        Abort("disposed");
        await EndsInTimeAsync(Completion).ConfigureAwait(false);
    }

    /// <summary>
    /// Lets the system ask whether the other end is still there while nothing is sent: one that lost its power says no goodbye, and without this its
    /// connection, and what is kept for it, would stay for ever (RFC 1122, 4.2.3.6). Gone is noticed after 5 s + 3 times 2 s.
    /// </summary>
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private void Cut(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        _sender.Stop();
        _socket.Dispose();
        if (Volatile.Read(ref _isStarted) == 0)
        {
            _completion.TrySetResult();
        }
    }

    private void ShutdownSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Cut("the connection ended while it was being closed");
        }
    }

    // Whether the task ended within the time of a close; its failure, if any, belongs to whoever awaits Completion.
    private async Task<bool> EndsInTimeAsync(Task task)
    {
        await task.WaitAsync(_limits.CloseTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }

    private async Task RunAsync()
    {
        string ended;
        Exception? fault = null;
        try
        {
            ended = await ReadFramesAsync().ConfigureAwait(false);
        }
        catch (InvalidFrameException e)
        {
            IsHostile = true;
            ended = e.Message;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            ended = $"receiving failed: {(e.InnerException ?? e).Message}";
        }
#pragma warning disable CA1031 // Whatever the receiver threw: the socket must not outlive its reading task, and Completion carries the exception on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault = e;
            ended = $"the receiver failed: {e.Message}";
        }

        Cut(ended);
        try
        {
            _receiver!.OnClosed(this, _reason!);
        }
        finally
        {
            if (fault is null)
            {
                _completion.TrySetResult();
            }
            else
            {
                _completion.TrySetException(fault);
            }
        }
    }

    private async Task<string> ReadFramesAsync()
    {
        var stream = new NetworkStream(_socket, ownsSocket: false);
        await using (stream.ConfigureAwait(false))
        {
            // A reader over the stream grows with the bytes that have arrived, never with the length that was announced.
            PipeReader input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, minimumReadSize: 4 << 10));
            while (true)
            {
                ReadResult read = await input.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> rest = read.Buffer;
                while (TryReadFrame(ref rest))
                {
                }

                input.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    await input.CompleteAsync().ConfigureAwait(false);
                    return rest.IsEmpty ? "the other end closed the connection" : "the other end closed the connection in the middle of a frame";
                }
            }
        }
    }

    private bool TryReadFrame(ref ReadOnlySequence<byte> rest)
    {
        if (rest.Length < FrameHeader.Size)
        {
            return false;
        }

        Span<byte> headerBytes = stackalloc byte[FrameHeader.Size];
        rest.Slice(0, FrameHeader.Size).CopyTo(headerBytes);
        FrameHeader header = FrameHeader.Read(headerBytes, _limits.MaxFrameBytes);
        if (rest.Length - FrameHeader.Size < header.BodyBytes)
        {
            return false;
        }

        ReadOnlySequence<byte> body = rest.Slice(FrameHeader.Size, header.BodyBytes);
        if (!_isClosing)
        {
            Deliver(header.Kind, body);
        }

        rest = rest.Slice(body.End);
        return true;
    }

    private void Deliver(FrameKind kind, in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            _receiver!.OnFrame(this, kind, body.FirstSpan);
            return;
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(copy);
            _receiver!.OnFrame(this, kind, copy.AsSpan(0, (int)body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
