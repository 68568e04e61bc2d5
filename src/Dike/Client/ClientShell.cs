using System.Net.Sockets;
using System.Security.Cryptography;
using Dike.Transport;
using Dike.Wire;
using Microsoft.Extensions.Logging;

namespace Dike.Client;

/// <summary>
/// The thin asynchronous skin of <see cref="ClientCore"/>: owns connections, the timer and the tasks of callers, and lets one thread at a time into the
/// core. Always holds: whoever calls the core holds the lock, and re-arms the timer before letting go of it.
/// </summary>
internal sealed class ClientShell : IClientShell, IFrameReceiver, IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TransportLimits _limits;
    private readonly ClientCore _core;
    private readonly PendingCalls _pending = new();
    private readonly Dictionary<long, TcpConnection> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly long _startedAt;
    private TimeSpan _timerDue = TimeSpan.MaxValue;
    private bool _isDisposed;

    public ClientShell(ClientSettings settings, ILogger logger, TimeProvider time)
    {
        Settings = settings;
        _logger = logger;
        _time = time;
        _startedAt = time.GetTimestamp();
        _limits = new TransportLimits { MaxFrameBytes = settings.MaxFrameBytes, ConnectTimeout = ConnectTimeout };
        _core = new ClientCore(settings, this, static () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        _timer = time.CreateTimer(static shell => ((ClientShell)shell!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ClientSettings Settings { get; }

    private TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>Sends one call and waits for its answer.</summary>
    /// <exception cref="DikeException">It ended without one.</exception>
    /// <exception cref="DikeCanceledException">The caller stopped waiting, or the client was disposed.</exception>
    public async Task<Frame> CallAsync(CallRequest request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            throw new DikeCanceledException(CommandId.None, Outcome.NotApplied, cancellationToken);
        }

        long id;
        Task<Frame> answer;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(DikeClient));
            (id, answer) = _pending.Add();
            _core.Begin(id, request, Now);
            ArmTimer();
        }

        if (!cancellationToken.CanBeCanceled || answer.IsCompleted)
        {
            return await answer.ConfigureAwait(false);
        }

        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister((_, token) => Cancel(id, token), null);
        await using (registration.ConfigureAwait(false))
        {
            return await answer.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        TcpConnection[] connections;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _core.CancelAll();
            connections = [.. _connections.Values];
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(connections.Select(connection => connection.CloseAsync("the client was disposed"))).ConfigureAwait(false);
        _stop.Dispose();
    }

    void IClientShell.Connect(long linkId, string address) => _ = ConnectAsync(linkId, address);

    bool IClientShell.Send(long linkId, Frame frame) => _connections.TryGetValue(linkId, out TcpConnection? connection) && connection.Send(frame);

    void IClientShell.Disconnect(long linkId, string address, string reason)
    {
        ClientLog.ConnectionCut(_logger, address, reason);
        if (_connections.Remove(linkId, out TcpConnection? connection))
        {
            connection.Abort(reason);
        }
    }

    void IClientShell.Complete(long callId, Frame? reply, Exception? error) => _pending.Complete(callId, reply, error);

    void IFrameReceiver.OnFrame(TcpConnection connection, FrameKind kind, ReadOnlySpan<byte> body)
    {
        Frame frame = FrameCodec.Read(kind, body);
        lock (_lock)
        {
            _core.OnFrame((long)connection.Tag!, frame, Now);
            ArmTimer();
        }
    }

    void IFrameReceiver.OnClosed(TcpConnection connection, string reason)
    {
        long linkId = (long)connection.Tag!;
        lock (_lock)
        {
            // A connection that the core had cut is not known any more, and its end is no news.
            if (_connections.Remove(linkId) && !_isDisposed)
            {
                ClientLog.ConnectionEnded(_logger, connection.RemoteAddress, reason);
                _core.OnDown(linkId, reason, Now);
                ArmTimer();
            }
        }
    }

    private async Task ConnectAsync(long linkId, string address)
    {
        // Off the caller's thread and out of the core: the caller holds the lock.
        await Task.Yield();
        TcpConnection? connection = null;
        string failure = "";
        try
        {
            connection = await TcpConnection.ConnectAsync(address, _limits, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or DikeConfigurationException)
        {
            failure = e.Message;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed meanwhile: nobody waits for this connection any more.
            return;
        }

        lock (_lock)
        {
            if (_isDisposed)
            {
                connection?.Abort("the client was disposed");
                return;
            }

            if (connection is null)
            {
                ClientLog.ConnectFailed(_logger, address, failure);
                _core.OnDown(linkId, failure, Now);
            }
            else
            {
                ClientLog.Connected(_logger, address);
                connection.Tag = linkId;
                _connections.Add(linkId, connection);
                connection.Start(this);
                _core.OnConnected(linkId, Now);
            }

            ArmTimer();
        }
    }

    private void Cancel(long callId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _core.Cancel(callId, cancellationToken);
        }
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _timerDue = TimeSpan.MaxValue;
            if (!_isDisposed)
            {
                _core.Tick(Now);
                ArmTimer();
            }
        }
    }

    // Only ever armed earlier: an alarm that comes too early finds nothing overdue and arms the next one.
    private void ArmTimer()
    {
        if (_core.Due >= _timerDue || _isDisposed)
        {
            return;
        }

        _timerDue = _core.Due;
        TimeSpan wait = _core.Due - Now;

        // Timers count whole milliseconds, rounded down: without one more the alarm would come just before it is due, again and again.
        _timer.Change(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
