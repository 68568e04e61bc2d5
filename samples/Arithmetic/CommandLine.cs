using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ArithmeticSample;

/// <summary>The options of the program: their names, ranges and help. Wrong ones are refused before anything is started.</summary>
internal sealed class CommandLine
{
    private static readonly string WholeNumber = string.Create(CultureInfo.InvariantCulture, $"a whole number from {int.MinValue} to {int.MaxValue}");

    private readonly Option<string> _script = new("--script")
    {
        HelpName = "FILE",
        Description = "Runs the lines 'KEY OP [N]' of a file, or of standard input for '-'. OP is add, sub, mult, div or read; '#' starts a comment.",
    };

    private readonly Option<bool> _interactive = new("--interactive") { Description = "Runs the same lines from a prompt." };

    private readonly Option<int?> _nodes = new("--nodes") { HelpName = "1|3|5", Description = "The number of nodes. [default: 5]" };

    private readonly Option<int?> _partitions = new("--partitions")
    {
        HelpName = "N",
        Description = "The number of partitions of the hash ring, 1 to 4096. [default: 16]",
    };

    private readonly Option<string> _data = new("--data")
    {
        HelpName = "DIR",
        Description = "Keeps the nodes' data in DIR; a second start continues where the first ended. [default: a temporary directory]",
    };

    private readonly Option<int?> _seed = new("--seed") { HelpName = "N", Description = "Repeats the load of the run that printed this seed. [default: a new one]" };

    /// <summary>Makes the command line.</summary>
    /// <param name="run">Does what the options ask for and returns the exit code.</param>
    public CommandLine(Func<RunOptions, CancellationToken, Task<int>> run)
    {
        _script.Validators.Add(result => RequireText(result, "a file, or - for standard input"));
        _data.Validators.Add(result => RequireText(result, "a directory"));
        _nodes.Validators.Add(result => RequireNumber(result, RunOptions.AreNodesLegal, RunOptions.LegalNodes));
        _partitions.Validators.Add(result => RequireNumber(result, RunOptions.ArePartitionsLegal, RunOptions.LegalPartitions));
        _seed.Validators.Add(result => RequireNumber(result, _ => true, WholeNumber));
        Root = new RootCommand("The arithmetic server of the original Dike on a replicated hash ring. Without --script or --interactive it shows the whole of it.")
        {
            _script, _interactive, _nodes, _partitions, _data, _seed,
        };
        Root.Validators.Add(RequireOneJob);
        Root.SetAction((parsed, cancellationToken) => run(OptionsOf(parsed), cancellationToken));
    }

    public RootCommand Root { get; }

    private void RequireOneJob(CommandResult result)
    {
        bool isScript = result.GetResult(_script) is not null;
        bool isInteractive = result.GetResult(_interactive) is not null;
        if (isScript && isInteractive)
        {
            result.AddError("--script and --interactive exclude each other: choose one.");
        }

        if (result.GetResult(_seed) is not null && (isScript || isInteractive))
        {
            result.AddError($"--seed repeats the load of the main job, which {(isScript ? "--script" : "--interactive")} does not run: leave one of the two out.");
        }
    }

    private static void RequireText(OptionResult result, string expected)
    {
        if (result.Tokens.Count == 1 && string.IsNullOrWhiteSpace(result.Tokens[0].Value))
        {
            result.AddError($"{result.Option.Name} '{result.Tokens[0].Value}': expected {expected}.");
        }
    }

    private static void RequireNumber(OptionResult result, Func<int, bool> isLegal, string range)
    {
        string? text = result.Tokens.Count == 1 ? result.Tokens[0].Value : null;
        if (text is not null && !(int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && isLegal(value)))
        {
            result.AddError($"{result.Option.Name} {text}: expected {range}.");
        }
    }

    private RunOptions OptionsOf(ParseResult parsed) => new()
    {
        Script = parsed.GetValue(_script),
        Interactive = parsed.GetValue(_interactive),
        Nodes = parsed.GetValue(_nodes),
        Partitions = parsed.GetValue(_partitions),
        Data = parsed.GetValue(_data),
        Seed = parsed.GetValue(_seed),
    };
}
