using System.Text;
using Spectre.Console;

namespace ArithmeticSample;

/// <summary>
/// The three streams of the process: results alone go to standard output, progress and diagnostics to standard error.
/// Always UTF-8, whatever the machine's locale says: keys may be any UTF-8, and a script must give the same bytes everywhere.
/// </summary>
internal sealed class Terminal
{
    private const int PlainWidth = 100;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Stream _input;
    private readonly bool _isInputTyped;

    public Terminal(Stream input, TextWriter output, TextWriter error, bool isInputTyped, bool isOutputSeen, bool isErrorSeen)
    {
        _input = input;
        _isInputTyped = isInputTyped;
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
        // The writers go to the streams directly: setting Console.OutputEncoding changes the terminal of the caller.
        var output = new StreamWriter(Console.OpenStandardOutput(), Utf8) { AutoFlush = true };
        var error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true };
        return new Terminal(
            Console.OpenStandardInput(), output, error, !Console.IsInputRedirected, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
    }

    /// <summary>Everything that standard input holds.</summary>
    public async Task<byte[]> ReadInputAsync(CancellationToken cancellationToken)
    {
        // Not disposed: the console's stream does not notice a cancellation, and a read left behind may still write here.
        var buffer = new MemoryStream();
        await _input.CopyToAsync(buffer, cancellationToken).WaitAsync(cancellationToken);
        return buffer.ToArray();
    }

    /// <summary>Standard input, line by line.</summary>
    public InputLines OpenInputLines() => new(_input);

    /// <summary>Shows a prompt if a person types.</summary>
    public Task PromptAsync(string prompt) => _isInputTyped ? Error.WriteAsync(prompt) : Task.CompletedTask;

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
            // A file has no width; a fixed one gives the same text on every machine.
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
