using System.Globalization;
using System.Text.Json;

namespace ArithmeticSample;

/// <summary>
/// What a kept data directory was made with. Written before the first node starts and never changed: nodes and partitions of a cluster are fixed for good,
/// so a later start that asks for others is refused before it touches anything.
/// </summary>
/// <param name="Format">The format of this document.</param>
/// <param name="Nodes">The number of nodes.</param>
/// <param name="Partitions">The number of partitions of the ring.</param>
internal sealed record RunSettings(int Format, int Nodes, int Partitions)
{
    public const string FileName = "arithmetic.json";

    private const int CurrentFormat = 1;

    private const string Unfinished = ".new";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true };

    /// <summary>The settings of a run without kept data.</summary>
    public static RunSettings From(RunOptions options) =>
        new(CurrentFormat, options.Nodes ?? RunOptions.DefaultNodes, options.Partitions ?? RunOptions.DefaultPartitions);

    /// <summary>The settings of <paramref name="directory"/>: those it was made with, or new ones from the options if it is new.</summary>
    /// <exception cref="RunRefusedException">The options contradict the directory, or it is not one of ours, or it cannot be read or written. Nothing was changed.</exception>
    public static RunSettings OpenOrCreate(string directory, RunOptions options)
    {
        try
        {
            return OpenOrCreateUnguarded(directory, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunRefusedException($"--data {directory}: {ReasonFor(directory, error)}. Choose a directory that can be made, read and written.", error);
        }
    }

    private static RunSettings OpenOrCreateUnguarded(string directory, RunOptions options)
    {
        string path = Path.Combine(directory, FileName);
        if (File.Exists(path))
        {
            RunSettings kept = Read(path);
            Agree(path, "--nodes", options.Nodes, kept.Nodes);
            Agree(path, "--partitions", options.Partitions, kept.Partitions);
            return kept;
        }

        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any(entry => entry != path + Unfinished))
        {
            throw new RunRefusedException($"--data {directory}: not empty, and without the {FileName} of an earlier run. Choose a new or empty directory.");
        }

        RunSettings created = From(options);
        Write(directory, path, created);
        return created;
    }

    // A file in the place of a directory has a message of its own for each call of the system that meets it; none says that it is a file.
    private static string ReasonFor(string directory, Exception error)
    {
        for (string? path = Path.GetFullPath(directory); path is not null; path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
            {
                return $"{path} is a file";
            }
        }

        return error.Message.TrimEnd('.');
    }

    private static RunSettings Read(string path)
    {
        RunSettings? settings;
        try
        {
            settings = JsonSerializer.Deserialize<RunSettings>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException error)
        {
            throw new RunRefusedException($"{path}: not the settings of a run ({error.Message}) Restore the file, or choose another directory.", error);
        }

        if (settings is not { Format: CurrentFormat })
        {
            throw new RunRefusedException(
                string.Create(CultureInfo.InvariantCulture, $"{path}: format {settings?.Format ?? 0}, this program reads {CurrentFormat}. Choose another directory."));
        }

        // The file can be edited by hand; numbers that no command line could have given would fail deep inside a node.
        RequireLegal(path, "nodes", settings.Nodes, RunOptions.AreNodesLegal, RunOptions.LegalNodes);
        RequireLegal(path, "partitions", settings.Partitions, RunOptions.ArePartitionsLegal, RunOptions.LegalPartitions);
        return settings;
    }

    private static void RequireLegal(string path, string field, int value, Func<int, bool> isLegal, string expected)
    {
        if (!isLegal(value))
        {
            throw new RunRefusedException(
                string.Create(CultureInfo.InvariantCulture, $"{path}: \"{field}\" is {value}, expected {expected}. Restore the file, or choose another directory."));
        }
    }

    private static void Agree(string path, string option, int? asked, int kept)
    {
        if (asked is not null && asked != kept)
        {
            throw new RunRefusedException(
                string.Create(CultureInfo.InvariantCulture, $"{option} {asked} contradicts {path}, which was made with {option} {kept}. Leave the option out, or choose another directory."));
        }
    }

    /// <summary>Beside, synced, renamed: a crash leaves the whole document or none.</summary>
    private static void Write(string directory, string path, RunSettings settings)
    {
        Directory.CreateDirectory(directory);
        string beside = path + Unfinished;
        using (var stream = new FileStream(beside, FileMode.Create))
        {
            JsonSerializer.Serialize(stream, settings, Json);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path);
    }
}
