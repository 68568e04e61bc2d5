namespace ArithmeticSample;

/// <summary>The run cannot start, or ended with a finding; the message says why and what to do. Nothing was changed unless it says so.</summary>
internal sealed class RunRefusedException(string message, Exception? inner = null) : Exception(message, inner);
