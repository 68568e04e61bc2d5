using Dike;
using HdrHistogram;

namespace ArithmeticSample;

/// <summary>What one caller of the load has seen. Used by that caller alone until it ends, so nothing in it is shared.</summary>
internal sealed class CallerResult
{
    private const long LongestMicroseconds = 3_600_000_000;

    private const int SignificantDigits = 3;

    public int Operations { get; private set; }

    public int Rejections { get; private set; }

    public int Errors { get; private set; }

    public string? FirstError { get; private set; }

    /// <summary>How long answered operations took, in microseconds.</summary>
    public LongHistogram Latencies { get; } = NewHistogram();

    public static LongHistogram NewHistogram() => new(LongestMicroseconds, SignificantDigits);

    /// <summary>An answer came: a value or a rejection.</summary>
    public void Record(OperationResult result, TimeSpan latency)
    {
        Operations++;
        Rejections += result.RejectionCode is null ? 0 : 1;
        Latencies.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, LongestMicroseconds));
    }

    /// <summary>No answer came, or one that says that something is wrong.</summary>
    public void Record(Operation operation, DikeException error)
    {
        Operations++;
        Errors++;
        FirstError ??= $"{operation}: {error.Message} Outcome: {error.Outcome}.";
    }
}
