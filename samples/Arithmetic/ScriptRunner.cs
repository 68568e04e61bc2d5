using Dike;

namespace ArithmeticSample;

/// <summary>Executes operations one after the other and prints one line each, as soon as it is known.</summary>
internal static class ScriptRunner
{
    public static async Task RunAsync(IEnumerable<Operation> operations, IDikeClient dike, TextWriter output, CancellationToken cancellationToken)
    {
        foreach (Operation operation in operations)
        {
            OperationResult result = await operation.ExecuteAsync(dike, cancellationToken);
            await output.WriteLineAsync(result.ToString());
        }
    }
}
