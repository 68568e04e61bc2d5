using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace ArithmeticSample;

/// <summary>
/// The program without its process: arguments in, exit code out. Options and script are judged before anything is started, and every error that a user can cause
/// ends as one message on standard error.
/// </summary>
internal sealed class Application(Terminal terminal)
{
    // How long nodes that are interrupted may take to stop. A process that takes longer is ended and leaves its temporary directory behind.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">The command line, without the program's name.</param>
    /// <param name="cancellationToken">Ends the run in order.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = new CommandLine(RunAsync).Root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await terminal.Error.WriteLineAsync(error.Message);
            }

            await terminal.Error.WriteLineAsync("Nothing was started. --help lists the options.");
            return ExitCode.Failed;
        }

        var streams = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTimeout,
        };
        return await parsed.InvokeAsync(streams, cancellationToken);
    }

    private async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<Operation>? script = options.Script is null ? null : await ReadScriptAsync(options.Script, cancellationToken);
            if (options.Data is null)
            {
                await RunInTemporaryDirectoryAsync(options, script, cancellationToken);
            }
            else
            {
                await RunAsync(options, script, RunSettings.OpenOrCreate(options.Data, options), options.Data, cancellationToken);
            }

            return ExitCode.Done;
        }
        catch (Exception error) when (ExitCode.For(error) is not null)
        {
            bool isInterrupted = error is OperationCanceledException && cancellationToken.IsCancellationRequested;
            await terminal.Error.WriteLineAsync(isInterrupted ? "Interrupted." : error.Message);
            return ExitCode.For(error)!.Value;
        }
    }

    private async Task<IReadOnlyList<Operation>> ReadScriptAsync(string script, CancellationToken cancellationToken) =>
        script == "-"
            ? ScriptParser.Parse("standard input", await terminal.ReadInputAsync(cancellationToken))
            : ScriptParser.Parse(script, await ReadFileAsync(script, cancellationToken));

    private static async Task<byte[]> ReadFileAsync(string script, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(script, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                _ when Directory.Exists(script) => "it is a directory",
                _ => error.Message.TrimEnd('.'),
            };
            throw new RunRefusedException($"--script {script}: {reason}. Give a file that can be read, or - for standard input.", error);
        }
    }

    private async Task RunInTemporaryDirectoryAsync(RunOptions options, IReadOnlyList<Operation>? script, CancellationToken cancellationToken)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("dike-arithmetic-");
        try
        {
            await RunAsync(options, script, RunSettings.From(options), directory.FullName, cancellationToken);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task RunAsync(
        RunOptions options, IReadOnlyList<Operation>? script, RunSettings settings, string directory, CancellationToken cancellationToken)
    {
        using ILoggerFactory loggerFactory = Diagnostics();
        await using ClusterHost host = await ClusterHost.StartAsync(settings.Nodes, directory, loggerFactory, cancellationToken);
        if (script is null && !options.Interactive)
        {
            await new Demo(terminal, host, settings, options.Seed ?? Random.Shared.Next()).RunAsync(cancellationToken);
            return;
        }

        await new ArithmeticRing(host.Client).CreateAsync(settings, cancellationToken);
        await (script is null
            ? new InteractivePrompt(terminal, host.Client).RunAsync(cancellationToken)
            : ScriptRunner.RunAsync(script, host.Client, terminal.Output, cancellationToken));
    }

    /// <summary>Errors of the nodes, one line each, on standard error. A stopped or starting node is no error: the others warn of it, and the main job says so itself.</summary>
    private static ILoggerFactory Diagnostics() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Error)
        .AddSimpleConsole(format => format.SingleLine = true)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
