using System.Collections.Immutable;
using System.Globalization;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>
/// Does what <c>simulate</c> was asked for: runs the seeds, shrinks the plan of the first that failed, writes its trace, and reports. Interrupted, it goes on with the
/// report of what ran.
/// </summary>
/// <param name="terminal">The streams.</param>
/// <param name="runner">Runs a plan.</param>
/// <param name="directory">Where traces go that were not given a place.</param>
/// <param name="options">What was asked for.</param>
internal sealed class SimulateJob(Terminal terminal, PlanRunner runner, string directory, SimulateOptions options)
{
    private readonly SeedRuns _runs = new(runner);

    /// <summary>Runs and reports.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">The trace cannot be written where it was to go; nothing was run.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Trace is not null)
        {
            TraceFile.RequireWritable(options.Trace);
        }

        var run = new SwarmRun(new SwarmOptions(options.From, options.Seeds, options.Parallel, options.KeepGoing), PlanOf, runner);
        SwarmSummary summary = await SwarmProgress.ShowAsync(terminal, options.Seeds, ended => run.RunAsync(ended, cancellationToken));
        ImmutableArray<FailureReport> failures = [.. summary.Failures.Select((failure, index) => Report(failure, index == 0, cancellationToken))];
        bool isTraced = options is { Trace: { } trace, Seeds: 1 } && failures.IsEmpty && summary.Statistics.Seeds == 1
            ? WriteTrace(trace, PlanOf(options.From), [ReplayLine.OfSeed(options.From, options)])
            : failures.IsEmpty || failures[0].TraceFile is not null;
        if (options.Json)
        {
            await terminal.Output.WriteLineAsync(ReportDocument.Of(options, summary, failures).ToJson());
        }
        else
        {
            ReportText.Write(terminal, options, summary, failures);
        }

        return summary.IsClean && isTraced ? ExitCode.Done : ExitCode.Failed;
    }

    private FaultPlan PlanOf(long seed) => options.Plan ?? SwarmPlans.Draw(seed, options.Limits);

    private FailureReport Report(SeedOutcome failure, bool isFirst, CancellationToken cancellationToken)
    {
        string replay = ReplayLine.OfSeed(failure.Seed, options);
        if (!isFirst)
        {
            return new FailureReport(failure, replay, null, null);
        }

        ShrinkResult? shrunk = options.Shrink ? Shrink(failure, cancellationToken) : null;
        var report = new FailureReport(failure, replay, shrunk, null);
        string file = options.Trace ?? Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"dike-simulate-{failure.Seed}.trace"));
        string[] heading =
        [
            .. new[] { replay, ReplayLine.OfPlan(report.Smallest.Plan) }.Distinct(StringComparer.Ordinal),
            .. report.Smallest.Failure!.ReplaceLineEndings("\n").Split('\n'),
        ];
        return WriteTrace(file, report.Smallest.Plan, heading) ? report with { TraceFile = file } : report;
    }

    private bool WriteTrace(string file, FaultPlan plan, IEnumerable<string> heading)
    {
        string? problem = TraceFile.TryWrite(file, _runs, plan, heading);
        if (problem is not null)
        {
            terminal.Error.WriteLine($"The trace was not written: {problem} Replay with --trace FILE.");
        }

        return problem is null;
    }

    private ShrinkResult Shrink(SeedOutcome failure, CancellationToken cancellationToken) =>
        SwarmProgress.ShowShrinking(terminal, failure.Seed, options.ShrinkRuns, progress => PlanShrinker.Shrink(
            failure.Result,
            failure.RanTwice ? _runs.RunTwice : plan => _runs.Run(plan),
            options.ShrinkRuns,
            progress,
            cancellationToken));
}
