using System.Net.Sockets;
using Dike.Wire;

namespace Dike.Transport;

/// <summary>
/// The sending half of a <see cref="TcpConnection"/>: senders append whole frames to one buffer under a lock, one flush task writes what has gathered
/// in one socket write, then looks again. So many small frames share a system call, and nobody waits for the socket. Two buffers swap roles.
/// </summary>
/// <remarks>Always holds: at most one flush task runs; bytes leave in the order of <see cref="TrySend"/>; after the end nothing is queued.</remarks>
internal sealed class FrameSender(Socket socket, TransportLimits limits, Action<string> onBroken) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SendBuffer _filling = new();
    private SendBuffer _flushing = new();
    private bool _isFlushTaskRunning;
    private bool _isStarted;
    private bool _isEnded;

    /// <summary>Bytes queued and not yet handed to the socket.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_lock)
            {
                return _filling.Count + (long)_flushing.Count;
            }
        }
    }

    /// <summary>Completes when <see cref="EndAsync"/> or <see cref="Stop"/> was called and nothing is left to send.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Queues one frame; never blocks. False if it was not queued: ended, queue full, or larger than a frame may be.</summary>
    public bool TrySend<TState>(FrameKind kind, TState state, Action<TState, SendBuffer> writeBody, out int bodyBytes)
    {
        bodyBytes = 0;
        lock (_lock)
        {
            if (_isEnded)
            {
                return false;
            }

            int start = _filling.Count;
            bool isComplete = false;
            try
            {
                _filling.GetSpan(FrameHeader.Size);
                _filling.Advance(FrameHeader.Size);
                writeBody(state, _filling);
                bodyBytes = _filling.Count - start - FrameHeader.Size;
                isComplete = bodyBytes <= limits.MaxFrameBytes - FrameHeader.Size && _filling.Count + (long)_flushing.Count <= limits.MaxQueuedBytes;
            }
            finally
            {
                // A part of a frame in the stream would turn all that follows into garbage, so it goes even when the caller's delegate throws.
                if (!isComplete)
                {
                    _filling.TruncateTo(start);
                }
            }

            if (!isComplete)
            {
                return false;
            }

            new FrameHeader(bodyBytes, kind).Write(_filling.Patch(start, FrameHeader.Size));
            WakeFlushTask();
            return true;
        }
    }

    /// <summary>Lets queued frames go; what was sent before <see cref="Start"/> waits until then.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _isStarted = true;
            WakeFlushTask();
        }
    }

    /// <summary>Accepts no more frames; completes when what is queued has been handed to the socket.</summary>
    public Task EndAsync()
    {
        lock (_lock)
        {
            _isEnded = true;
            CompleteIfDrained();
        }

        return Drained;
    }

    /// <summary>Accepts no more frames and drops what is queued: the socket is gone.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isEnded = true;
            _filling.Clear();
            CompleteIfDrained();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = FlushAsync();

    private void WakeFlushTask()
    {
        if (_isStarted && !_isFlushTaskRunning && _filling.Count > 0)
        {
            _isFlushTaskRunning = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void CompleteIfDrained()
    {
        if (_isEnded && !_isFlushTaskRunning && (_filling.Count == 0 || !_isStarted))
        {
            _drained.TrySetResult();
        }
    }

    private async Task FlushAsync()
    {
        try
        {
            while (TakeBatch() is { } batch)
            {
                ReadOnlyMemory<byte> rest = batch.Written;
                while (!rest.IsEmpty)
                {
                    rest = rest[await socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            EndFlushTask();
            onBroken($"sending failed: {e.Message}");
        }
    }

    private SendBuffer? TakeBatch()
    {
        lock (_lock)
        {
            WireFormat.Require(_isFlushTaskRunning);
            _flushing.Clear();
            if (_filling.Count == 0)
            {
                _isFlushTaskRunning = false;
                CompleteIfDrained();
                return null;
            }

            (_filling, _flushing) = (_flushing, _filling);
            return _flushing;
        }
    }

    private void EndFlushTask()
    {
        lock (_lock)
        {
            _isEnded = true;
            _isFlushTaskRunning = false;
            _filling.Clear();
            _flushing.Clear();
            CompleteIfDrained();
        }
    }
}
