using System.CommandLine;

namespace Dike.Cli;

/// <summary>One verb of the command line. A new one is a file in <c>Commands</c> and a place in the list of <c>Program.cs</c>.</summary>
internal interface ICliVerb
{
    /// <summary>Its name, options, help and action; the action returns an <see cref="ExitCode"/>.</summary>
    Command Command { get; }
}
