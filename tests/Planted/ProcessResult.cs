namespace Dike.Planted;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code, or null if it had to be killed because it did not end in time.</param>
/// <param name="Output">Its standard output.</param>
internal readonly record struct ProcessResult(int? ExitCode, string Output);
