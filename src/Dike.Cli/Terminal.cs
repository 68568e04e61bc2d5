using System.Text;
using Spectre.Console;

namespace Dike.Cli;

/// <summary>
/// The streams of the process: results alone go to standard output, progress and diagnostics to standard error. Always UTF-8, and without colours and widths of a
/// terminal where none is, so that the same run gives the same bytes everywhere.
/// </summary>
internal sealed class Terminal
{
    private const int PlainWidth = 120;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public Terminal(TextWriter output, TextWriter error, bool isOutputSeen, bool isErrorSeen)
    {
        Output = output;
        Error = error;
        IsErrorSeen = isErrorSeen;
        Results = ConsoleOver(output, isOutputSeen);
        Progress = ConsoleOver(error, isErrorSeen);
    }

    /// <summary>Results, as text.</summary>
    public TextWriter Output { get; }

    /// <summary>Diagnostics, as text.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches standard error; otherwise progress is plain lines.</summary>
    public bool IsErrorSeen { get; }

    /// <summary>Results, as tables.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>Progress bars.</summary>
    public IAnsiConsole Progress { get; }

    /// <summary>The process's own streams.</summary>
    public static Terminal OfProcess()
    {
        var output = new StreamWriter(Console.OpenStandardOutput(), Utf8) { AutoFlush = true };
        var error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true };
        return new Terminal(output, error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
    }

    private static IAnsiConsole ConsoleOver(TextWriter writer, bool isSeen)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isSeen ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isSeen ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isSeen ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Capabilities.Unicode = true;
        if (!isSeen)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
