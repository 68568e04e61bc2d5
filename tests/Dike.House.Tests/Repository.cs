using System.Collections.Immutable;

namespace Dike.House.Tests;

/// <summary>
/// The files of the repository as a fresh clone has them: build output is left out. Found by walking up from the test's own directory to
/// the solution, read and parsed once for all tests of a run.
/// </summary>
internal static class Repository
{
    private const string Solution = "Dike.sln";

    private static readonly ImmutableHashSet<string> NotOurs =
        ImmutableHashSet.Create(StringComparer.Ordinal, "bin", "obj", "artifacts", "TestResults", ".git", ".vs", ".idea");

    private static readonly Lazy<ImmutableArray<SourceFile>> LazySources = new(ReadSources);

    /// <summary>The directory that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All files, relative to the root, with forward slashes, in ordinal order.</summary>
    public static ImmutableArray<string> Files { get; } =
        [.. Enumerate(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>All C# files that people write.</summary>
    public static ImmutableArray<SourceFile> Sources => LazySources.Value;

    /// <summary>The C# files below a folder, given without a slash at its end.</summary>
    public static IEnumerable<SourceFile> SourcesBelow(string folder) =>
        Sources.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, Solution)))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No {Solution} in or above {AppContext.BaseDirectory}: the house tests run inside a clone.");
    }

    private static IEnumerable<string> Enumerate(string folder)
    {
        IEnumerable<string> below = Directory.EnumerateDirectories(folder)
            .Where(path => !NotOurs.Contains(Path.GetFileName(path)))
            .SelectMany(Enumerate);
        return Directory.EnumerateFiles(folder).Where(path => !NotOurs.Contains(Path.GetFileName(path))).Concat(below);
    }

    private static ImmutableArray<SourceFile> ReadSources() =>
    [
        .. Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.EndsWith(".verified.cs", StringComparison.Ordinal))
            .AsParallel().AsOrdered()
            .Select(path => SourceFile.Parse(path, Read(path))),
    ];
}
