namespace Dike.Cli;

/// <summary>The command line asks for something that cannot be; found before anything was started. The message says what and what to give instead.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
