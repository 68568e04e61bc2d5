using System.Diagnostics;
using System.Threading.Channels;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Runs many seeds on several threads and gives their outcomes in the order of the seeds, whatever order they end in. Without <see cref="SwarmOptions.KeepGoing"/> the
/// last outcome is that of the first seed that failed, the same on one thread and on many. Told to stop, it lets the seeds that are running end and takes no new one.
/// One instance is one run.
/// </summary>
internal sealed class SwarmRun
{
    private readonly SwarmOptions _options;
    private readonly Func<long, FaultPlan> _planOf;
    private readonly SeedRuns _runs;
    private readonly SwarmStatistics _statistics = new();
    private readonly List<SeedOutcome> _failures = [];
    private readonly Lock _lock = new();
    private int _taken;
    private int _lastIndex;

    /// <summary>A run that has not begun.</summary>
    /// <param name="options">Which seeds.</param>
    /// <param name="planOf">The plan of a seed; called on any thread.</param>
    /// <param name="runner">Runs a plan; called on any thread.</param>
    public SwarmRun(SwarmOptions options, Func<long, FaultPlan> planOf, PlanRunner runner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Seeds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Parallel, 1);
        _options = options;
        _planOf = planOf;
        _runs = new SeedRuns(runner);
        _lastIndex = options.Seeds - 1;
    }

    /// <summary>Runs the seeds.</summary>
    /// <param name="ended">Told of every seed, in their order, one at a time.</param>
    /// <param name="cancellationToken">Ends the run after the seeds that are running.</param>
    public async Task<SwarmSummary> RunAsync(Action<SeedOutcome> ended, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        Channel<(int Index, SeedOutcome Outcome)> outcomes = Channel.CreateUnbounded<(int, SeedOutcome)>(new UnboundedChannelOptions { SingleReader = true });
        Task workers = RunWorkersAsync(outcomes.Writer, cancellationToken);
        await TakeInOrderAsync(outcomes.Reader, ended);
        await workers;
        bool isInterrupted = cancellationToken.IsCancellationRequested && _statistics.Seeds <= _lastIndex;
        return new SwarmSummary(
            _options, [.. _failures], _statistics, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu, isInterrupted);
    }

    private async Task TakeInOrderAsync(ChannelReader<(int Index, SeedOutcome Outcome)> outcomes, Action<SeedOutcome> ended)
    {
        Dictionary<int, SeedOutcome> early = [];
        int next = 0;
        await foreach ((int index, SeedOutcome outcome) in outcomes.ReadAllAsync(CancellationToken.None))
        {
            early.Add(index, outcome);
            while (early.Remove(next, out SeedOutcome? inOrder))
            {
                // A seed behind the first failure may have been running already: it does not count, or the figures would depend on the number of threads.
                if (next <= LastIndex())
                {
                    Take(inOrder);
                    ended(inOrder);
                }

                next++;
            }
        }
    }

    private void Take(SeedOutcome outcome)
    {
        _statistics.Add(outcome);
        if (outcome.Result.Failure is not null)
        {
            _failures.Add(outcome);
        }
    }

    private async Task RunWorkersAsync(ChannelWriter<(int Index, SeedOutcome Outcome)> outcomes, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, _options.Parallel).Select(_ => Task.Factory.StartNew(
                () => Work(outcomes, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        }
        finally
        {
            outcomes.Complete();
        }
    }

    private void Work(ChannelWriter<(int Index, SeedOutcome Outcome)> outcomes, CancellationToken cancellationToken)
    {
        // The token is asked before a seed is taken, never between taking and running it: every seed before the last one taken has an outcome.
        while (!cancellationToken.IsCancellationRequested)
        {
            int index = Interlocked.Increment(ref _taken) - 1;
            if (index > LastIndex())
            {
                return;
            }

            outcomes.TryWrite((index, Run(index)));
        }
    }

    private SeedOutcome Run(int index)
    {
        long seed = _options.From + index;
        bool isDoubled = SeedRuns.IsDoubled(seed);
        FaultPlan plan = PlanOf(seed);
        RunResult result = isDoubled ? _runs.RunTwice(plan) : _runs.Run(plan);
        if (result.Failure is not null && !_options.KeepGoing)
        {
            EndAt(index);
        }

        return new SeedOutcome(seed, result, isDoubled);
    }

    private FaultPlan PlanOf(long seed)
    {
        try
        {
            return _planOf(seed);
        }
        catch
        {
            // A seed without a plan is a fault of this program, not a finding: the other threads shall not go on for hours before it is told.
            EndAt(-1);
            throw;
        }
    }

    private int LastIndex()
    {
        lock (_lock)
        {
            return _lastIndex;
        }
    }

    private void EndAt(int index)
    {
        lock (_lock)
        {
            _lastIndex = Math.Min(_lastIndex, index);
        }
    }
}
