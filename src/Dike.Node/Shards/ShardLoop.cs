using Dike.Node.Groups;

namespace Dike.Node.Shards;

/// <summary>
/// The one thread that owns all groups of a node: waits for inputs or the next tick, and gives the shard its turn. What escapes a turn ends the node,
/// because nobody knows what half a turn left behind.
/// </summary>
internal sealed class ShardLoop
{
    private readonly Shard _shard;
    private readonly ShardQueue _queue;
    private readonly long _intervalMs;
    private readonly Action<Exception> _onFailed;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="name">The node's name, for the thread.</param>
    /// <param name="shard">The groups.</param>
    /// <param name="queue">What waits for them.</param>
    /// <param name="heartbeatInterval">The length of a tick.</param>
    /// <param name="onFailed">Told on the shard's thread, which ends then.</param>
    public ShardLoop(string name, Shard shard, ShardQueue queue, TimeSpan heartbeatInterval, Action<Exception> onFailed)
    {
        _shard = shard;
        _queue = queue;
        _intervalMs = Math.Max(1, (long)heartbeatInterval.TotalMilliseconds);
        _onFailed = onFailed;
        _thread = new Thread(Run) { Name = $"Dike {name}", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Ends the loop after the turn that runs; what waits is dropped.</summary>
    public Task EndAsync()
    {
        _queue.End();
        return _ended.Task;
    }

    private static Moment Now() => new(DateTime.UtcNow.Ticks, MonotonicClock.NowMs(), unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue)));

    private void Run()
    {
        try
        {
            RunTurns();
        }
#pragma warning disable CA1031 // Anything that escapes a turn, a failed append above all, must end the node instead of the process's other work.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _queue.End();
            _onFailed(error);
        }

        _ended.SetResult();
    }

    private void RunTurns()
    {
        _shard.Start(Now());
        long nextTickMs = MonotonicClock.NowMs() + _intervalMs;
        while (_queue.Take((int)Math.Max(0, nextTickMs - MonotonicClock.NowMs())) is { } inputs)
        {
            Moment now = Now();
            bool isTick = now.MonotonicMs >= nextTickMs;
            if (isTick)
            {
                // After a pause or a long turn one tick is given, not all that were missed: the groups count ticks as time in which something could arrive,
                // and the gap between two ticks is what liveness knows a stall by.
                nextTickMs = now.MonotonicMs + _intervalMs;
            }

            _shard.Turn(inputs, isTick, now);
        }
    }
}
