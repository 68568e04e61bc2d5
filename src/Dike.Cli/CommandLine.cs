using System.CommandLine;

namespace Dike.Cli;

/// <summary>
/// The program without its process: arguments in, exit code out. What is wrong with the arguments is told in one line each before anything is started; Ctrl+C asks the
/// verb to end, and a verb that does not end in time is left behind with the process.
/// </summary>
/// <param name="terminal">The streams.</param>
/// <param name="verbs">The verbs.</param>
internal sealed class CommandLine(Terminal terminal, IReadOnlyList<ICliVerb> verbs)
{
    // A seed that is running when Ctrl+C comes is ended first; the slowest take a few seconds.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">The command line, without the program's name.</param>
    /// <param name="cancellationToken">Ends it in order, like Ctrl+C.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("Dike: replicated state machines for .NET.");
        foreach (ICliVerb verb in verbs)
        {
            root.Subcommands.Add(verb.Command);
        }

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return await RefuseAsync([.. parsed.Errors.Select(error => error.Message)]);
        }

        var streams = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTimeout,
        };
        try
        {
            return await parsed.InvokeAsync(streams, cancellationToken);
        }
        catch (UsageException error)
        {
            return await RefuseAsync([error.Message]);
        }
    }

    private async Task<int> RefuseAsync(IReadOnlyList<string> messages)
    {
        foreach (string message in messages)
        {
            await terminal.Error.WriteLineAsync(message);
        }

        await terminal.Error.WriteLineAsync("Nothing was started. --help lists the verbs and their options.");
        return ExitCode.WrongUsage;
    }
}
