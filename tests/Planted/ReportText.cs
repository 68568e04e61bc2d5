using System.Globalization;
using Spectre.Console;

namespace Dike.Planted;

/// <summary>The report for readers: a line per bug, then caught and planted by area.</summary>
internal static class ReportText
{
    /// <summary>One bug in one line.</summary>
    public static string Line(BugResult result) => string.Create(CultureInfo.InvariantCulture, $"{result.Id,-44} {result.Breaks,-8} {Verdict(result)}");

    /// <summary>Writes the tables.</summary>
    public static void Write(IAnsiConsole console, Catalogue catalogue, Report report)
    {
        Table bugs = new Table().Border(TableBorder.Markdown).AddColumns("bug", "breaks", "caught by", "median seeds", "what it said");
        foreach (BugResult result in report.Results)
        {
            bugs.AddRow(
                Markup.Escape(result.Id), result.Breaks.ToString(), Markup.Escape(CaughtBy(result)), Median(result.MedianSeeds),
                Markup.Escape(result.Detections.FirstOrDefault(detection => detection.By is not null)?.By ?? ""));
        }

        Table areas = new Table().Border(TableBorder.Markdown).AddColumns("area", "planted", "caught", "by the simulator", "by tests", "median seeds");
        foreach (Area area in catalogue.Areas)
        {
            AddArea(areas, area.Name, [.. report.Results.Where(result => result.Area == area.Name)]);
        }

        AddArea(areas, "all", report.Results);
        foreach (Breakage breakage in Enum.GetValues<Breakage>())
        {
            AddArea(areas, $"breaks {breakage}", [.. report.Results.Where(result => result.Breaks == breakage)]);
        }

        console.Write(bugs);
        console.Write(areas);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Seeds} seeds a search; without any bug {report.BaselineFailures} seeds of all searches fail, in {report.BaselineKinds.Count} ways."));
        foreach (string kind in report.BaselineKinds)
        {
            console.WriteLine($"  {kind}");
        }

        foreach (string test in report.BaselineTests)
        {
            console.WriteLine($"  fails without any bug: {test}");
        }
    }

    private static void AddArea(Table table, string name, IReadOnlyList<BugResult> results)
    {
        if (results.Count == 0)
        {
            return;
        }

        int[] medians = [.. results.Select(result => result.MedianSeeds).OfType<int>().Order()];
        table.AddRow(
            name,
            Text(results.Count),
            Text(results.Count(result => result.IsCaught)),
            Text(results.Count(result => result.CaughtBySimulator)),
            Text(results.Count(result => result.CaughtByTest is not null)),
            Median(medians.Length == 0 ? null : medians[medians.Length / 2]));
    }

    private static string CaughtBy(BugResult result) =>
        result.CaughtBySimulator
            ? string.Create(
                CultureInfo.InvariantCulture, $"simulator, {result.Detections.Count(detection => detection.SeedsToDetect is not null)} of {result.Detections.Count}")
            : result.CaughtByTest ?? (result.UnsureSeeds > 0 ? string.Create(CultureInfo.InvariantCulture, $"nothing ({result.UnsureSeeds} seeds unsure)") : "nothing");

    private static string Verdict(BugResult result) =>
        result.IsCaught ? $"caught by {CaughtBy(result)}, median {Median(result.MedianSeeds)}" : $"SURVIVED: {CaughtBy(result)}";

    private static string Median(int? seeds) => seeds is { } known ? Text(known) : "-";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
