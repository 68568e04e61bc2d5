namespace Dike.House.Tests;

public sealed class ProjectArrowsTests
{
    private static IEnumerable<string> Projects => Repository.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));

    [Fact]
    public void Projects_EveryReference_IsAllowed() =>
        Verdict.NoViolations(Projects.Where(IsProduct).SelectMany(path => ProjectArrows.Find(path, Repository.Read(path))));

    [Fact]
    public void Projects_EveryTestProject_TestsTheProjectItIsNamedAfter() =>
        Verdict.NoViolations(
            Projects.Where(path => path.StartsWith("tests/", StringComparison.Ordinal))
                .Select(path => (Path: path, Tested: Path.GetFileNameWithoutExtension(path).Replace(".Tests", "", StringComparison.Ordinal)))
                .Where(test => ProjectArrows.Allowed.ContainsKey(test.Tested)
                    && !ProjectArrows.References(Repository.Read(test.Path)).Contains(test.Tested, StringComparer.Ordinal))
                .Select(test => $"{test.Path}: does not reference {test.Tested}."));

    [Fact]
    public void Solution_EveryProject_IsInIt()
    {
        string solution = Repository.Read("Dike.sln").Replace('\\', '/');

        Verdict.NoViolations(Projects.Where(path => !solution.Contains(path, StringComparison.Ordinal)).Select(path => $"{path}: not in Dike.sln."));
    }

    [Fact]
    public void Find_ReferenceAgainstTheArrows_IsReported()
    {
        const string Project = """<Project><ItemGroup><ProjectReference Include="../Dike.Node/Dike.Node.csproj" /></ItemGroup></Project>""";

        string violation = Assert.Single(ProjectArrows.Find("src/Dike.Paxos/Dike.Paxos.csproj", Project));

        Assert.Equal("src/Dike.Paxos/Dike.Paxos.csproj: references Dike.Node; allowed: nothing.", violation);
    }

    [Fact]
    public void Find_UnknownProject_IsReported() =>
        Assert.Contains("no place", Assert.Single(ProjectArrows.Find("src/Dike.Extra/Dike.Extra.csproj", "<Project />")), StringComparison.Ordinal);

    private static bool IsProduct(string path) =>
        path.StartsWith("src/", StringComparison.Ordinal)
        || path.StartsWith("generators/", StringComparison.Ordinal)
        || path.StartsWith("analyzers/", StringComparison.Ordinal);
}
