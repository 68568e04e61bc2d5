using System.Diagnostics;
using System.Globalization;
using Dike;
using HdrHistogram;

namespace ArithmeticSample;

/// <summary>
/// Many callers at once, each with its own sequence of random operations that follows from the seed alone. Every caller waits for its answer before it goes on,
/// so the latencies are those of a closed loop.
/// </summary>
/// <param name="seed">Decides every operation of every caller.</param>
internal sealed class Load(int seed)
{
    public const int Callers = 50;

    public const int OperationsPerCaller = 100;

    public const int Keys = 5_000;

    private const int LargestOperand = 100;

    private static readonly OperationKind[] Kinds = Enum.GetValues<OperationKind>();

    /// <summary>The number that decides everything.</summary>
    public int Seed => seed;

    /// <summary>All operations of all callers.</summary>
    public static int TotalOperations => Callers * OperationsPerCaller;

    /// <summary>The operations of one caller, the same for the same seed on every machine.</summary>
    /// <param name="caller">The caller, from 0.</param>
    public IEnumerable<Operation> OperationsOf(int caller)
    {
        var random = new Random(HashCodeOf(caller));
        for (int index = 0; index < OperationsPerCaller; index++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"key-{random.Next(Keys):d4}");
            OperationKind kind = Kinds[random.Next(Kinds.Length)];
            int operand = random.Next(-LargestOperand, LargestOperand + 1);
            yield return new Operation(key, kind, kind == OperationKind.Read ? 0 : operand);
        }
    }

    /// <summary>Runs all callers.</summary>
    /// <param name="dike">The client that all of them share.</param>
    /// <param name="completed">Called after every operation, from any thread.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What it showed.</returns>
    public async Task<LoadResult> RunAsync(IDikeClient dike, Action completed, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        CallerResult[] results = await Task.WhenAll(
            Enumerable.Range(0, Callers).Select(caller => RunCallerAsync(caller, dike, completed, cancellationToken)));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

        LongHistogram latencies = CallerResult.NewHistogram();
        foreach (CallerResult result in results)
        {
            latencies.Add(result.Latencies);
        }

        return new LoadResult(
            results.Sum(result => result.Operations),
            results.Sum(result => result.Rejections),
            results.Sum(result => result.Errors),
            elapsed,
            Percentile(latencies, 50),
            Percentile(latencies, 99),
            results.Select(result => result.FirstError).FirstOrDefault(error => error is not null));
    }

    private async Task<CallerResult> RunCallerAsync(int caller, IDikeClient dike, Action completed, CancellationToken cancellationToken)
    {
        var result = new CallerResult();
        foreach (Operation operation in OperationsOf(caller))
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                OperationResult outcome = await operation.ExecuteAsync(dike, cancellationToken);
                result.Record(outcome, Stopwatch.GetElapsedTime(start));
            }
            catch (DikeException error)
            {
                // The load goes on: the closing table says how many failed, and the first reason is shown.
                result.Record(operation, error);
            }

            completed();
        }

        return result;
    }

    private static TimeSpan Percentile(LongHistogram latencies, double percentile) =>
        latencies.TotalCount == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(latencies.GetValueAtPercentile(percentile));

    private int HashCodeOf(int caller) => unchecked((seed * 1_000_003) + caller);
}
