using Dike;

namespace ArithmeticSample;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Everything was executed; rejections are results.</summary>
    public const int Done = 0;

    /// <summary>Anything that has no code of its own; the message on standard error says what.</summary>
    public const int Failed = 1;

    /// <summary>A malformed script; nothing was executed.</summary>
    public const int Malformed = 2;

    /// <summary>No quorum answered in time.</summary>
    public const int NoQuorum = 3;

    /// <summary>The code for an error that ends the run, or null for one that only a fault of this program can cause.</summary>
    public static int? For(Exception error) => error switch
    {
        MalformedScriptException => Malformed,
        DikeUnavailableException or DikeTimeoutException => NoQuorum,
        DikeException or RunRefusedException or OperationCanceledException or IOException or UnauthorizedAccessException => Failed,
        _ => null,
    };
}
