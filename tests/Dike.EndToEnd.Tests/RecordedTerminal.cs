using System.Globalization;
using System.Text;
using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>A terminal whose streams are texts: what is typed is given, what is shown is kept.</summary>
internal sealed class RecordedTerminal
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public RecordedTerminal(string input = "")
        : this(new MemoryStream(Encoding.UTF8.GetBytes(input)))
    {
    }

    public RecordedTerminal(Stream input) =>
        Terminal = new Terminal(input, new Writer(_output, this), new Writer(_error, this), isInputTyped: false, isOutputSeen: false, isErrorSeen: false);

    /// <summary>Called with every line that is shown, before it is kept.</summary>
    public Action<string>? Shown { get; init; }

    public Terminal Terminal { get; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>Runs the program in this process.</summary>
    public Task<int> RunAsync(params string[] arguments) => RunAsync(TestContext.Current.CancellationToken, arguments);

    /// <summary>Runs the program in this process; <paramref name="interrupted"/> stands for Ctrl+C.</summary>
    public Task<int> RunAsync(CancellationToken interrupted, params string[] arguments) => new Application(Terminal).RunAsync(arguments, interrupted);

    private sealed class Writer(StringBuilder text, RecordedTerminal terminal) : StringWriter(text, CultureInfo.InvariantCulture)
    {
        public override string NewLine => "\n";

        public override void WriteLine(string? value)
        {
            terminal.Shown?.Invoke(value ?? "");
            base.WriteLine(value);
        }

        public override Task WriteLineAsync(string? value)
        {
            terminal.Shown?.Invoke(value ?? "");
            return base.WriteLineAsync(value);
        }
    }
}
