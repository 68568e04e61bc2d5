using System.Globalization;
using Dike.Testing.Swarm;
using Spectre.Console;

namespace Dike.Cli.Simulation;

/// <summary>The report for people: failures first, each with the one line that runs it again, then the figures.</summary>
internal static class ReportText
{
    private const int FailureLines = 12;

    private const int InvalidReasons = 10;

    public static void Write(Terminal terminal, SimulateOptions options, SwarmSummary summary, IReadOnlyList<FailureReport> failures)
    {
        foreach (FailureReport failure in failures)
        {
            WriteFailure(terminal.Output, failure);
        }

        WriteInvalid(terminal.Output, summary);
        terminal.Results.Write(FigureTable(summary));
        if (summary.Statistics.Faults.Any())
        {
            terminal.Results.Write(FaultTable(summary));
        }

        terminal.Output.WriteLine(Verdict(options, summary));
    }

    private static void WriteFailure(TextWriter output, FailureReport report)
    {
        output.WriteLine(Text($"Seed {report.Outcome.Seed} failed:"));
        string[] lines = report.Outcome.Result.Failure!.ReplaceLineEndings("\n").Split('\n');
        foreach (string line in lines.Take(FailureLines))
        {
            output.WriteLine($"  {line}");
        }

        if (lines.Length > FailureLines)
        {
            output.WriteLine(Text($"  ({lines.Length - FailureLines} more lines)"));
        }

        output.WriteLine($"replay: {report.Replay}");
        if (report.Shrunk is { } shrunk)
        {
            output.WriteLine($"shrunk: {ReplayLine.OfPlan(shrunk.Result.Plan)}");
            output.WriteLine(Text(
                $"        {report.Outcome.Result.Plan.Faults.Length} faults -> {shrunk.Result.Plan.Faults.Length} in {shrunk.Runs} runs, {(shrunk.IsExhausted ? "nothing smaller fails" : "there may be smaller ones")}"));
        }

        if (report.TraceFile is not null)
        {
            output.WriteLine($"trace:  {report.TraceFile}");
        }
    }

    private static void WriteInvalid(TextWriter output, SwarmSummary summary)
    {
        if (summary.Statistics.Invalid > 0)
        {
            output.WriteLine(Text($"{summary.Statistics.Invalid} seeds did not count:"));
            foreach (InvalidReason reason in summary.Statistics.InvalidReasons.Take(InvalidReasons))
            {
                output.WriteLine(Text($"  {reason.Seeds} x {reason.Reason} (seed {reason.FirstSeed})"));
            }
        }
    }

    private static Table FigureTable(SwarmSummary summary)
    {
        SwarmStatistics statistics = summary.Statistics;
        var figures = new Figures(summary);
        Table table = new Table().AddColumn("simulation").AddColumn(new TableColumn("result").RightAligned());
        foreach ((string name, string value) in new[]
        {
            ("seeds", Text($"{statistics.Seeds:N0}")),
            ("of these failed", Text($"{summary.Failures.Length:N0}")),
            ("of these did not count", Text($"{statistics.Invalid:N0}")),
            ("of these run twice, traces equal", Text($"{statistics.RanTwice:N0}")),
            ("commands acknowledged", Text($"{statistics.Acknowledged:N0}")),
            ("events", Text($"{statistics.Events:N0}")),
            ("cluster hours", Text($"{statistics.ClusterHours:N2}")),
            ("elapsed, s", Text($"{summary.Elapsed.TotalSeconds:N1}")),
            ("processor time, s", Text($"{summary.CpuTime.TotalSeconds:N1}")),
            ("seeds per CPU-minute", Text($"{figures.SeedsPerCpuMinute:N1}")),
            ("cluster hours per CPU-minute", Text($"{figures.ClusterHoursPerCpuMinute:N2}")),
            ("leader changes per cluster hour", Text($"{figures.LeaderChangesPerHour:N1}")),
            ("leaders taken from a connected quorum", Text($"{statistics.Recoveries:N0}")),
            ("recovery p50, ms", Optional(statistics.RecoveryMsAt(50))),
            ("recovery p100, ms", Optional(statistics.RecoveryMsAt(100))),
        })
        {
            table.AddRow(name, value);
        }

        return table;
    }

    private static Table FaultTable(SwarmSummary summary)
    {
        Table table = new Table().AddColumn("fault").AddColumn(new TableColumn("seeds").RightAligned()).AddColumn(new TableColumn("fired").RightAligned());
        foreach (FaultCount count in summary.Statistics.Faults)
        {
            table.AddRow(FaultKindNames.Of(count.Kind), Text($"{count.Seeds:N0}"), Text($"{count.Fired:N0}"));
        }

        return table;
    }

    private static string Verdict(SimulateOptions options, SwarmSummary summary) => summary switch
    {
        { IsInterrupted: true } => Text($"Interrupted after {summary.Statistics.Seeds} of {options.Seeds} seeds, {summary.Failures.Length} failed."),
        { Failures.IsEmpty: false } => Text($"{summary.Failures.Length} of {summary.Statistics.Seeds} seeds failed."),
        { HasTooManyInvalid: true } => Text($"Too many seeds did not count: {new Figures(summary).InvalidShare:P0}, at most 20 % are allowed. The run shows nothing."),
        _ => Text($"Clean: {summary.Statistics.Seeds} seeds from {options.From}."),
    };

    private static string Optional(long? value) => value is null ? "none" : Text($"{value:N0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
