using System.Globalization;
using Dike.Testing.Swarm;
using Spectre.Console;

namespace Dike.Cli.Simulation;

/// <summary>Shows on standard error how far a run is: bars for a person, a few plain lines for a file.</summary>
internal static class SwarmProgress
{
    private const int PlainLines = 20;

    private const int PlainShrinkLines = 6;

    /// <summary>Runs <paramref name="work"/>, which tells every seed that ended.</summary>
    public static Task<SwarmSummary> ShowAsync(Terminal terminal, int seeds, Func<Action<SeedOutcome>, Task<SwarmSummary>> work) =>
        terminal.IsErrorSeen
            ? NewBar(terminal).StartAsync(context =>
            {
                ProgressTask bar = context.AddTask("seeds", maxValue: seeds);
                var counts = new Counts();
                return work(outcome =>
                {
                    counts.Add(outcome);
                    bar.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"seeds, {counts.Describe()}"));
                    bar.Increment(1);
                });
            })
            : work(PlainReport(terminal.Error, seeds));

    /// <summary>Runs <paramref name="shrink"/>, which tells every plan that it ran.</summary>
    public static ShrinkResult ShowShrinking(Terminal terminal, long seed, int maxRuns, Func<Action<ShrinkProgress>, ShrinkResult> shrink)
    {
        if (terminal.IsErrorSeen)
        {
            return NewBar(terminal).Start(context =>
            {
                ProgressTask bar = context.AddTask(string.Create(CultureInfo.InvariantCulture, $"shrinking seed {seed}"), maxValue: maxRuns);
                return shrink(progress =>
                {
                    bar.Value = progress.Runs;
                    bar.Description = string.Create(CultureInfo.InvariantCulture, $"shrinking seed {seed}: {progress.Best.Faults.Length} faults");
                });
            });
        }

        int step = Math.Max(1, maxRuns / PlainShrinkLines);
        return shrink(progress =>
        {
            if (progress.Runs % step == 0)
            {
                terminal.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"shrinking seed {seed}: {progress.Runs} of at most {maxRuns} runs, {progress.Best.Faults.Length} faults"));
            }
        });
    }

    private static Progress NewBar(Terminal terminal) =>
        terminal.Progress.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());

    private static Action<SeedOutcome> PlainReport(TextWriter error, int seeds)
    {
        int step = Math.Max(1, seeds / PlainLines);
        var counts = new Counts();
        return outcome =>
        {
            counts.Add(outcome);
            if (counts.Seeds % step == 0 && seeds > 1)
            {
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts.Seeds} of {seeds} seeds, {counts.Describe()}"));
            }
        };
    }

    /// <summary>What one thread, the reader of outcomes, has been told.</summary>
    private sealed class Counts
    {
        private int _failed;
        private int _invalid;

        public int Seeds { get; private set; }

        public void Add(SeedOutcome outcome)
        {
            Seeds++;
            _failed += outcome.Result.Failure is null ? 0 : 1;
            _invalid += outcome.Result is { Failure: null, Invalid: not null } ? 1 : 0;
        }

        public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{_failed} failed, {_invalid} did not count");
    }
}
