using Dike;

namespace ArithmeticSample;

/// <summary>
/// Executes lines as they come. A malformed line, one that is no UTF-8 or a failed call is answered on standard error and the prompt goes on: nothing that was typed before is lost.
/// Ends with the input or with <c>exit</c>.
/// </summary>
internal sealed class InteractivePrompt(Terminal terminal, IDikeClient dike)
{
    private const string Source = "standard input";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        InputLines lines = terminal.OpenInputLines();
        bool isOpen = true;
        for (int number = 1; isOpen; number++)
        {
            await terminal.PromptAsync("KEY add|sub|mult|div N, KEY read, exit> ");
            isOpen = await lines.ReadAsync(cancellationToken) is { } line && await RunLineAsync(number, line, cancellationToken);
        }
    }

    /// <summary>Executes one line.</summary>
    /// <returns>Whether the prompt goes on.</returns>
    private async Task<bool> RunLineAsync(int number, byte[] line, CancellationToken cancellationToken)
    {
        try
        {
            string text = ScriptParser.Decode(Source, number, line);
            if (text.Trim() == "exit")
            {
                return false;
            }

            if (ScriptParser.ParseLine(Source, number, text) is { } operation)
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

        return true;
    }
}
