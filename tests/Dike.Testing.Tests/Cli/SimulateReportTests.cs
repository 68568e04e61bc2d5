using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dike.Cli;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;
using Dike.Testing.Tests.Swarm;

namespace Dike.Testing.Tests.Cli;

public sealed partial class SimulateReportTests
{
    [Fact]
    public async Task RunAsync_CleanSeeds_SaysSoWithFiguresAndExitsWithZero()
    {
        using var cli = new RecordedCommandLine(_ => null);

        int code = await cli.RunAsync("simulate", "--seeds", "40", "--from", "7");

        Assert.Equal(ExitCode.Done, code);
        Assert.EndsWith("Clean: 40 seeds from 7.\n", cli.Output, StringComparison.Ordinal);
        Assert.Contains("seeds per CPU-minute", cli.Output, StringComparison.Ordinal);
        Assert.Contains("membership-change", cli.Output, StringComparison.Ordinal);
        Assert.Equal(20, cli.Error.Split('\n').Count(line => line.EndsWith("0 failed, 0 did not count", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFiles(cli.Directory));
    }

    [Fact]
    public async Task RunAsync_SeedFails_PrintsReplayShrunkPlanAndTrace()
    {
        using var cli = new RecordedCommandLine(Failure);

        int code = await cli.RunAsync("simulate", "--nodes", "5", "--profile", "storage", "--without", "bit-rot,full-disk", "--seeds", "500");

        Assert.Equal(ExitCode.Failed, code);
        string[] lines = cli.Output.Split('\n');
        long seed = long.Parse(FailedSeed().Match(lines[0]).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal("  Agreement: slot 5 differs", lines[1]);
        Assert.Contains(
            $"replay: dotnet run -c Release --project src/Dike.Cli -- simulate --from {seed} --seeds 1 --nodes 5 --profile storage --without bit-rot,full-disk", lines);
        Assert.Contains(lines, line => line.StartsWith("shrunk: dotnet run", StringComparison.Ordinal) && ShrunkPlan().IsMatch(line));
        string trace = await File.ReadAllTextAsync(cli.PathOf($"dike-simulate-{seed}.trace"), TestContext.Current.CancellationToken);
        Assert.EndsWith("begins with 1 faults\nends\n", trace, StringComparison.Ordinal);
        Assert.Contains("# Agreement: slot 5 differs\n", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_PrintedLines_RunTheFailureAgain()
    {
        using var cli = new RecordedCommandLine(Failure);
        await cli.RunAsync("simulate", "--nodes", "5", "--seeds", "500");
        string[] lines = cli.Output.Split('\n');
        string replay = lines.Single(line => line.StartsWith("replay: ", StringComparison.Ordinal)).Split(" -- ")[1];
        string shrunk = ShrunkPlan().Match(lines.Single(line => line.StartsWith("shrunk: ", StringComparison.Ordinal))).Groups[1].Value;

        using var bySeed = new RecordedCommandLine(Failure);
        using var byPlan = new RecordedCommandLine(Failure);

        Assert.Equal(ExitCode.Failed, await bySeed.RunAsync([.. replay.Split(' '), "--no-shrink"]));
        Assert.Equal(lines[..2], bySeed.Output.Split('\n')[..2]);
        Assert.Equal(ExitCode.Failed, await byPlan.RunAsync("simulate", "--plan", shrunk));
        Assert.Contains("1 faults -> 1 in", byPlan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_NoShrink_RunsTheFailingPlanOnlyForItsTrace()
    {
        int runs = 0;
        using var cli = new RecordedCommandLine((plan, _) =>
        {
            runs++;
            return FakeRuns.Failed(plan, "x");
        });

        await cli.RunAsync("simulate", "--no-shrink", "--from", "1", "--seeds", "3", "--parallel", "1");

        Assert.Equal(2, runs);
        Assert.DoesNotContain("shrunk:", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_KeepGoing_PrintsEveryFailureAndShrinksTheFirst()
    {
        using var cli = new RecordedCommandLine(plan => plan.Seed % 10 == 3 ? "x" : null);

        int code = await cli.RunAsync("simulate", "--keep-going", "--seeds", "30");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal(["3", "13", "23"], FailedSeed().Matches(cli.Output).Select(match => match.Groups[1].Value));
        Assert.Single(cli.Output.Split('\n'), line => line.StartsWith("shrunk:", StringComparison.Ordinal));
        Assert.EndsWith("3 of 30 seeds failed.\n", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TooManyInvalid_SaysWhyAndFails()
    {
        using var cli = new RecordedCommandLine((plan, _) => FakeRuns.Clean(plan) with { Invalid = plan.Seed <= 3 ? $"only {plan.Seed} of 100 commands" : null });

        int code = await cli.RunAsync("simulate", "--seeds", "10");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("3 x only # of # commands (seed 1)", cli.Output, StringComparison.Ordinal);
        Assert.Contains("Too many seeds did not count: 30", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Interrupted_ReportsWhatRan()
    {
        using var interruption = new CancellationTokenSource();
        using var cli = new RecordedCommandLine((plan, _) =>
        {
            if (plan.Seed == 5)
            {
                interruption.Cancel();
            }

            return FakeRuns.Clean(plan);
        });

        int code = await cli.RunAsync(interruption.Token, "simulate", "--seeds", "100000", "--parallel", "1");

        Assert.Equal(ExitCode.Failed, code);
        Assert.EndsWith("Interrupted after 5 of 100000 seeds, 0 failed.\n", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TraceOfASingleCleanSeed_IsWritten()
    {
        using var cli = new RecordedCommandLine(_ => null);

        int code = await cli.RunAsync("simulate", "--from", "3", "--seeds", "1", "--trace", cli.PathOf("t.txt"));

        Assert.Equal(ExitCode.Done, code);
        string[] lines = await File.ReadAllLinesAsync(cli.PathOf("t.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(["# dotnet run -c Release --project src/Dike.Cli -- simulate --from 3 --seeds 1", "ends"], [lines[0], lines[^1]]);
    }

    [Fact]
    public async Task RunAsync_CleanSeedsWithTrace_LeaveNoEmptyFile()
    {
        using var cli = new RecordedCommandLine(_ => null);

        await cli.RunAsync("simulate", "--seeds", "2", "--trace", cli.PathOf("t.txt"));

        Assert.Empty(Directory.GetFiles(cli.Directory));
    }

    [Fact]
    public async Task RunAsync_Json_IsOneDocumentWithTheSameFindings()
    {
        using var cli = new RecordedCommandLine(Failure);

        int code = await cli.RunAsync("simulate", "--nodes", "5", "--seeds", "500", "--json");

        Assert.Equal(ExitCode.Failed, code);
        using JsonDocument document = JsonDocument.Parse(cli.Output);
        JsonElement failure = Assert.Single(document.RootElement.GetProperty("failures").EnumerateArray());
        Assert.False(document.RootElement.GetProperty("clean").GetBoolean());
        Assert.Equal(500, document.RootElement.GetProperty("seedsAsked").GetInt32());
        Assert.Equal(failure.GetProperty("seed").GetInt64(), document.RootElement.GetProperty("seeds").GetInt32());
        Assert.Equal("Agreement: slot 5 differs\nmore", failure.GetProperty("failure").GetString());
        Assert.Single(PlanText.Parse(failure.GetProperty("shrunkPlan").GetString()!).Faults);
        Assert.Contains(failure.GetProperty("plan").GetString()!, cli.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(failure.GetProperty("trace").GetString()));
    }

    [Fact]
    public async Task RunAsync_JsonInAnyCulture_HasPointsInItsNumbers()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            using var cli = new RecordedCommandLine((plan, _) => FakeRuns.Clean(plan) with { VirtualMs = 1_800_000 });

            Assert.Equal(ExitCode.Done, await cli.RunAsync("simulate", "--seeds", "1", "--json"));

            using JsonDocument document = JsonDocument.Parse(cli.Output);
            Assert.Equal(0.5, document.RootElement.GetProperty("clusterHours").GetDouble());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string? Failure(FaultPlan plan) => plan.Faults.Any(fault => fault.Kind == FaultKind.TornWrite) ? "Agreement: slot 5 differs\nmore" : null;

    [GeneratedRegex(@"(?m)^Seed (\d+) failed:$")]
    private static partial Regex FailedSeed();

    [GeneratedRegex("--plan \"([^\"]+faults=torn-write@[^;\"]+)\"$")]
    private static partial Regex ShrunkPlan();
}
