namespace Dike.Planted;

/// <summary>
/// A copy of the repository with all bugs of the catalogue in it, built once. The product's own source is never touched. Deleted with the tool's end.
/// </summary>
internal sealed class ScratchTree : IDisposable
{
    /// <summary>The variable that names the active bug to a process of the copy.</summary>
    public const string Variable = "DIKE_PLANTED_BUG";

    private static readonly string[] CopiedFolders = ["src", "generators", "analyzers", "tests", "samples", "docs"];
    private static readonly string[] LeftOut = ["bin", "obj", "Planted"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("dike-planted-");

    /// <summary>Copies, plants and builds.</summary>
    /// <param name="repository">The top of the repository.</param>
    /// <param name="bugs">All bugs of the catalogue, also those that will not be run: so a catalogue that has aged is noticed at once.</param>
    /// <param name="tests">The test projects to build besides the simulator.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    /// <exception cref="CatalogueException">A bug does not fit, or the copy does not build.</exception>
    public static async Task<ScratchTree> MakeAsync(string repository, IReadOnlyList<Bug> bugs, IEnumerable<string> tests, CancellationToken cancellationToken)
    {
        var tree = new ScratchTree();
        try
        {
            tree.Copy(repository);
            tree.Plant(bugs);
            await tree.BuildAsync("src/Dike.Cli", cancellationToken);
            foreach (string test in tests)
            {
                await tree.BuildAsync($"tests/{test}", cancellationToken);
            }

            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>Runs the simulator's command line.</summary>
    public Task<ProcessResult> SimulateAsync(string? bug, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken) =>
        RunAsync("src/Dike.Cli", "Dike.Cli", bug, arguments.Prepend("simulate"), limit, cancellationToken);

    /// <summary>Runs a test program.</summary>
    public Task<ProcessResult> TestAsync(string? bug, TestProgram tests, TimeSpan limit, CancellationToken cancellationToken) =>
        RunAsync($"tests/{tests.Project}", tests.Project, bug, tests.Arguments.Prepend("-noColor"), limit, cancellationToken);

    public void Dispose() => _root.Delete(recursive: true);

    private Task<ProcessResult> RunAsync(
        string folder, string program, string? bug, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            Path.Combine(_root.FullName, folder, "bin", "Release", "net10.0", program),
            arguments,
            _root.FullName,
            bug is null ? [] : [KeyValuePair.Create(Variable, bug)],
            limit,
            cancellationToken);

    private void Copy(string repository)
    {
        foreach (string file in Directory.EnumerateFiles(repository))
        {
            File.Copy(file, Path.Combine(_root.FullName, Path.GetFileName(file)));
        }

        foreach (string folder in CopiedFolders)
        {
            CopyFolder(Path.Combine(repository, folder), Path.Combine(_root.FullName, folder));
        }
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (string folder in Directory.EnumerateDirectories(from))
        {
            string name = Path.GetFileName(folder);
            if (!LeftOut.Contains(name, StringComparer.Ordinal))
            {
                CopyFolder(folder, Path.Combine(to, name));
            }
        }
    }

    private void Plant(IReadOnlyList<Bug> bugs)
    {
        foreach ((string file, string text) in Planting.PlantAll(_root.FullName, bugs))
        {
            File.WriteAllText(Path.Combine(_root.FullName, file), text);
            string project = string.Join('/', file.Split('/').Take(2));
            File.WriteAllText(Path.Combine(_root.FullName, project, "PlantedBug.cs"), Planting.AskedClass(Variable));
        }
    }

    /// <summary>What the rules of the house say of planted code does not matter, and the class that stands in several projects warns of itself.</summary>
    private async Task BuildAsync(string project, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "build", project, "--configuration", "Release", "--nologo", "--verbosity", "quiet",
            "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:WarningLevel=0", "-p:GenerateDocumentationFile=false", "-nodeReuse:false",
        ];
        ProcessResult result = await ChildProcess.RunAsync("dotnet", arguments, _root.FullName, [], TimeSpan.FromMinutes(20), cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new CatalogueException($"The copy with the bugs in it does not build ({project}):\n{result.Output}");
        }
    }
}
