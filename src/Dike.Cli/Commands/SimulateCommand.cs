using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Dike.Cli.Simulation;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Cli.Commands;

/// <summary>
/// <c>simulate</c>: runs seeds of the simulation, or one plan, and reports what came of them. This file is its options, their ranges and their help; the work is
/// <see cref="SimulateJob"/>.
/// </summary>
internal sealed class SimulateCommand : ICliVerb
{
    private const int MaxParallel = 1_024;

    private const int DefaultShrinkRuns = 300;

    private readonly Option<long> _from = new("--from")
    {
        HelpName = "N",
        Description = "The first seed.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _seeds = new("--seeds") { HelpName = "COUNT", Description = "How many seeds.", DefaultValueFactory = _ => 100 };

    private readonly Option<int?> _nodes = new("--nodes") { HelpName = "1|3|5", Description = "The size of every cluster. [default: each seed draws]" };

    private readonly Option<string> _profile = new("--profile")
    {
        HelpName = "NAME",
        Description = $"Which mixes of faults seeds draw from: {string.Join(", ", ProfileNames.All)}.",
        DefaultValueFactory = _ => ProfileNames.Of(PlanProfile.Default),
    };

    private readonly Option<string> _without = new("--without") { HelpName = "KIND,...", Description = "Kinds of faults that no seed gets." };

    private readonly Option<string> _plan = new("--plan") { HelpName = "LINE", Description = "Runs the plan of this line, as a failing seed prints it, and nothing else." };

    private readonly Option<string> _trace = new("--trace")
    {
        HelpName = "FILE",
        Description = "Where the readable trace of the first failing seed goes, or that of a single run however it ends. [default: dike-simulate-SEED.trace here, if one fails]",
    };

    private readonly Option<bool> _shrink = new("--shrink") { Description = "Looks for a smaller plan that fails like the first failing seed. [default]" };

    private readonly Option<bool> _noShrink = new("--no-shrink") { Description = "Does not." };

    private readonly Option<int> _shrinkRuns = new("--shrink-runs")
    {
        HelpName = "COUNT",
        Description = "How many plans may be run for that.",
        DefaultValueFactory = _ => DefaultShrinkRuns,
    };

    private readonly Option<bool> _keepGoing = new("--keep-going") { Description = "Runs the seeds after the first failure, too." };

    private readonly Option<int> _parallel = new("--parallel")
    {
        HelpName = "COUNT",
        Description = "How many seeds run at the same time. The outcome does not depend on it.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Writes the report as one JSON document." };

    /// <summary>The verb.</summary>
    /// <param name="terminal">The streams.</param>
    /// <param name="runner">Runs a plan.</param>
    /// <param name="directory">Where traces go that were not given a place.</param>
    public SimulateCommand(Terminal terminal, PlanRunner runner, string directory)
    {
        Command = new Command(
            "simulate",
            "Runs whole clusters with their clients under virtual time, each seed with its own faults. Exit code 0: clean; 1: a seed failed, too many did not count, or the run was interrupted; 2: wrong usage.")
        {
            _seeds, _from, _nodes, _profile, _without, _plan, _trace, _shrink, _noShrink, _shrinkRuns, _keepGoing, _parallel, _json,
        };
        RequireNumber(_from, long.MinValue, long.MaxValue);
        RequireNumber(_seeds, 1, int.MaxValue);
        RequireNumber(_shrinkRuns, 1, int.MaxValue);
        RequireNumber(_parallel, 1, MaxParallel);
        _nodes.Validators.Add(RequireSize);
        Command.Validators.Add(RequireOneMeaning);
        Command.SetAction((parsed, cancellationToken) => new SimulateJob(terminal, runner, directory, OptionsOf(parsed)).RunAsync(cancellationToken));
    }

    public Command Command { get; }

    private static void RequireNumber(Option option, long min, long max) => option.Validators.Add(result =>
    {
        if (TextOf(result) is { } text && !(TryReadNumber(text, out long value) && value >= min && value <= max))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {text}: expected a whole number from {min} to {max}."));
        }
    });

    private static void RequireSize(OptionResult result)
    {
        if (TextOf(result) is { } text && !(TryReadNumber(text, out long value) && value is 1 or 3 or 5))
        {
            result.AddError($"--nodes {text}: expected 1, 3 or 5.");
        }
    }

    private static string? TextOf(OptionResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : null;

    private static bool TryReadNumber(string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private void RequireOneMeaning(CommandResult result)
    {
        if (IsGiven(result, _shrink) && IsGiven(result, _noShrink))
        {
            result.AddError("--shrink and --no-shrink exclude each other: choose one.");
        }

        foreach (Option option in new Option[] { _from, _seeds, _nodes, _profile, _without, _keepGoing }.Where(option => IsGiven(result, _plan) && IsGiven(result, option)))
        {
            result.AddError($"--plan says everything about its one run: leave {option.Name} out.");
        }
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private SimulateOptions OptionsOf(ParseResult parsed)
    {
        FaultPlan? plan = parsed.GetValue(_plan) is { } line ? ParsePlan(line) : null;
        long from = plan?.Seed ?? parsed.GetValue(_from);
        int seeds = plan is null ? parsed.GetValue(_seeds) : 1;
        if (from > long.MaxValue - seeds)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--from {from}: there are no {seeds} seeds from there on; begin lower."));
        }

        return new SimulateOptions
        {
            From = from,
            Seeds = seeds,
            Parallel = parsed.GetValue(_parallel),
            KeepGoing = parsed.GetValue(_keepGoing),
            Profile = ParseProfile(parsed.GetValue(_profile)!),
            Nodes = parsed.GetValue(_nodes),
            Without = ParseKinds(parsed.GetValue(_without)),
            Plan = plan,
            Trace = parsed.GetValue(_trace),
            Shrink = !parsed.GetValue(_noShrink),
            ShrinkRuns = parsed.GetValue(_shrinkRuns),
            Json = parsed.GetValue(_json),
        };
    }

    private static FaultPlan ParsePlan(string line)
    {
        try
        {
            return PlanText.Parse(line);
        }
        catch (PlanFormatException error)
        {
            throw new UsageException($"--plan: {error.Message}", error);
        }
    }

    private static PlanProfile ParseProfile(string name) =>
        ProfileNames.TryParse(name, out PlanProfile profile)
            ? profile
            : throw new UsageException($"--profile {name}: expected one of {string.Join(", ", ProfileNames.All)}.");

    private static ImmutableSortedSet<FaultKind> ParseKinds(string? names) =>
        names is null ? [] : [.. names.Split(',').Select(ParseKind)];

    private static FaultKind ParseKind(string name) =>
        FaultKindNames.TryParse(name, out FaultKind kind)
            ? kind
            : throw new UsageException($"--without {name}: expected kinds of {string.Join(", ", FaultKindNames.All)}.");
}
