namespace Dike.Cli;

/// <summary>What the process tells its caller, the same for every verb.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done and nothing was found.</summary>
    public const int Done = 0;

    /// <summary>Something was found, or not everything could be done; standard error or the report says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was started.</summary>
    public const int WrongUsage = 2;
}
