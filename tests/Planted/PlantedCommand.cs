using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Dike.Planted;

/// <summary>
/// The command line. Exit code 0: every bug that was run is caught; 1: some survived; 2: the catalogue, or what was asked for, does not fit. Progress goes to standard error, the
/// report to standard output.
/// </summary>
internal static class PlantedCommand
{
    /// <summary>The exit code when the catalogue, or what was asked for, does not fit.</summary>
    public const int Unfit = 2;

    private const int Survivors = 1;
    private const int ReportWidth = 240;

    /// <summary>The command.</summary>
    public static RootCommand Make()
    {
        Option<string[]> only = new("--only") { Description = "An area or a bug; may be repeated.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        Option<int> seeds = new("--seeds") { Description = "How many seeds each search has at most.", DefaultValueFactory = _ => 200 };
        Option<long[]> from = new("--from")
        {
            Description = "The first seed of each search.",
            DefaultValueFactory = _ => [1, 10_001, 20_001],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<bool> alone = new("--simulator-alone") { Description = "Runs tests only where the simulator does not run the part." };
        Option<bool> check = new("--check") { Description = "Only says whether every bug still fits the source; runs nothing." };
        Option<int> limit = new("--limit") { Description = "How many seconds one process may run.", DefaultValueFactory = _ => 300 };
        Option<bool> json = new("--json") { Description = "The report as one JSON document." };
        Option<string> repository = new("--repository") { Description = "The top of the repository.", DefaultValueFactory = _ => Environment.CurrentDirectory };
        seeds.Validators.Add(result => Require(result, seeds, value => value > 0));
        limit.Validators.Add(result => Require(result, limit, value => value > 0));
        var command = new RootCommand("Plants bugs into a copy of Dike and says which of them the simulator and the tests catch.")
        {
            only,
            seeds,
            from,
            alone,
            check,
            limit,
            json,
            repository,
        };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(check) ? CheckAsync(parsed.GetValue(repository)!) : RunAsync(
            new RunOptions(
                parsed.GetValue(only)!, parsed.GetValue(seeds), parsed.GetValue(from)!, parsed.GetValue(alone), TimeSpan.FromSeconds(parsed.GetValue(limit))),
            parsed.GetValue(repository)!,
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options, string repository, bool isJson, CancellationToken cancellationToken)
    {
        return await RefuseAsync(async () =>
        {
            Catalogue catalogue = ReadCatalogue();
            Report report = await new PlantedRun(catalogue, options, Console.Error.WriteLine).RunAsync(repository, cancellationToken);
            if (isJson)
            {
                Console.WriteLine(JsonSerializer.Serialize(report, PlantedJson.Default.Report));
            }
            else
            {
                IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
                console.Profile.Width = ReportWidth;
                ReportText.Write(console, catalogue, report);
            }

            return report.Results.All(result => result.IsCaught) ? 0 : Survivors;
        });
    }

    private static Task<int> CheckAsync(string repository) => RefuseAsync(() =>
    {
        Catalogue catalogue = ReadCatalogue();
        int files = Planting.PlantAll(repository, catalogue.Bugs).Count();
        Console.WriteLine($"{catalogue.Bugs.Count} bugs of {catalogue.Areas.Count} areas fit {files} files.");
        return Task.FromResult(0);
    });

    private static Catalogue ReadCatalogue() => Catalogue.Read(Path.Combine(AppContext.BaseDirectory, "bugs.json"));

    private static async Task<int> RefuseAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (CatalogueException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Unfit;
        }
    }

    private static void Require(System.CommandLine.Parsing.OptionResult result, Option<int> option, Func<int, bool> isValid)
    {
        if (result.Errors.Any() || !isValid(result.GetValue(option)))
        {
            result.AddError($"{option.Name} takes a whole number from 1.");
        }
    }
}
