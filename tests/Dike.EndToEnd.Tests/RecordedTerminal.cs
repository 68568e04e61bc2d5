using System.Text;
using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>A terminal whose streams are texts: what is typed is given, what is shown is kept.</summary>
internal sealed class RecordedTerminal
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public RecordedTerminal(string input = "") =>
        Terminal = new Terminal(
            new MemoryStream(Encoding.UTF8.GetBytes(input)), Writer(_output), Writer(_error), isInputTyped: false, isOutputSeen: false, isErrorSeen: false);

    public Terminal Terminal { get; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>Runs the program in this process.</summary>
    public Task<int> RunAsync(params string[] arguments) => new Application(Terminal).RunAsync(arguments, TestContext.Current.CancellationToken);

    private static StringWriter Writer(StringBuilder text) => new(text) { NewLine = "\n" };
}
