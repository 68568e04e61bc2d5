using Dike;

namespace ArithmeticSample;

/// <summary>
/// Executes lines as they come. A malformed line or a failed call is answered on standard error and the prompt goes on: nothing that was typed before is lost.
/// Ends with the input or with <c>exit</c>.
/// </summary>
internal sealed class InteractivePrompt(Terminal terminal, IDikeClient dike)
{
    private const string Source = "standard input";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using StreamReader lines = terminal.OpenInputText();
        for (int number = 1; ; number++)
        {
            await terminal.PromptAsync("KEY add|sub|mult|div N, KEY read, exit> ");
            string? line = await lines.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
            if (line is null || line.Trim() == "exit")
            {
                return;
            }

            await RunLineAsync(number, line, cancellationToken);
        }
    }

    private async Task RunLineAsync(int number, string line, CancellationToken cancellationToken)
    {
        try
        {
            if (ScriptParser.ParseLine(Source, number, line) is { } operation)
            {
                OperationResult result = await operation.ExecuteAsync(dike, cancellationToken);
                await terminal.Output.WriteLineAsync(result.ToString());
            }
        }
        catch (MalformedScriptException error)
        {
            await terminal.Error.WriteLineAsync(error.Message);
        }
        catch (DikeException error)
        {
            await terminal.Error.WriteLineAsync($"{error.Message} Outcome: {error.Outcome}.");
        }
    }
}
