namespace Dike.Analyzers.Tests.Verification;

/// <summary>The checkout the tests run in.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Dike.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No Dike.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
