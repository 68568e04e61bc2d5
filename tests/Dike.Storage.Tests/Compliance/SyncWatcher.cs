namespace Dike.Storage.Tests.Compliance;

/// <summary>Collects what a store reports, and lets a test wait for it without polling.</summary>
internal sealed class SyncWatcher
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly List<(LogPosition Position, TaskCompletionSource Reached)> _waiting = [];
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<LogPosition> _reports = [];
    private int _failures;

    public IReadOnlyList<LogPosition> Reports
    {
        get
        {
            lock (_gate)
            {
                return [.. _reports];
            }
        }
    }

    /// <summary>The last reported position; 0 before the first.</summary>
    public LogPosition Reported
    {
        get
        {
            lock (_gate)
            {
                return _reports.Count == 0 ? default : _reports[^1];
            }
        }
    }

    public int Failures => Volatile.Read(ref _failures);

    public void OnSynced(LogPosition position)
    {
        lock (_gate)
        {
            _reports.Add(position);
            foreach ((LogPosition wanted, TaskCompletionSource reached) in _waiting)
            {
                if (wanted.CompareTo(position) <= 0)
                {
                    reached.TrySetResult();
                }
            }
        }
    }

    public void OnFailed(Exception error)
    {
        Interlocked.Increment(ref _failures);
        _failed.TrySetResult(error);
    }

    public async Task SyncedAsync(LogPosition position)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_reports.Count > 0 && _reports[^1].CompareTo(position) >= 0)
            {
                return;
            }

            _waiting.Add((position, reached));
        }

        Task first = await Task.WhenAny(reached.Task, _failed.Task).WaitAsync(Bound);
        Assert.True(first == reached.Task, "The store failed: " + (_failed.Task.IsCompleted ? (await _failed.Task).ToString() : string.Empty));
    }

    public Task<Exception> FailedAsync() => _failed.Task.WaitAsync(Bound);
}
