namespace ArithmeticSample;

/// <summary>What a load showed.</summary>
/// <param name="Operations">The operations that ended, in whatever way.</param>
/// <param name="Rejections">Those that the state machine refused: results, not errors.</param>
/// <param name="Errors">Those that ended without a result.</param>
/// <param name="Elapsed">From the first operation's start to the last one's end.</param>
/// <param name="Median">Half of the answered operations took no longer.</param>
/// <param name="Percentile99">99 of 100 answered operations took no longer.</param>
/// <param name="FirstError">The first error of the lowest-numbered caller that had one, or null.</param>
internal sealed record LoadResult(
    int Operations, int Rejections, int Errors, TimeSpan Elapsed, TimeSpan Median, TimeSpan Percentile99, string? FirstError)
{
    public double OperationsPerSecond => Operations / Elapsed.TotalSeconds;
}
