using System.Text;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>Writes the trace of a plan as a text file: what is needed to run it again and what failed as comment lines, then a line per event.</summary>
internal static class TraceFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Finds out before hours of simulation whether the trace can be written. A file that is there stays as it is until then.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public static void RequireWritable(string path)
    {
        try
        {
            bool isThere = File.Exists(path);
            using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (!isThere)
            {
                File.Delete(path);
            }
        }
        catch (Exception error) when (IsAboutFiles(error))
        {
            throw new UsageException($"--trace {path}: {Reason(path, error)} Give a file that can be written.", error);
        }
    }

    /// <summary>Runs a plan again and writes its trace. What was found is worth more than its trace: that it cannot be written ends nothing.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="runs">Runs the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="heading">Lines to begin with.</param>
    /// <returns>Why it was not possible, or null.</returns>
    public static string? TryWrite(string path, SeedRuns runs, FaultPlan plan, IEnumerable<string> heading)
    {
        try
        {
            using var file = new StreamWriter(path, append: false, Utf8) { NewLine = "\n" };
            foreach (string line in heading)
            {
                file.WriteLine($"# {line}");
            }

            runs.Run(plan, file.WriteLine);
            return null;
        }
        catch (Exception error) when (IsAboutFiles(error))
        {
            return $"{path}: {Reason(path, error)}";
        }
    }

    private static bool IsAboutFiles(Exception error) => error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static string Reason(string path, Exception error) => error switch
    {
        _ when Directory.Exists(path) => "it is a directory.",
        DirectoryNotFoundException => "there is no such directory.",
        _ => error.Message,
    };
}
