using System.Text.RegularExpressions;

namespace Dike.House.Tests;

/// <summary>Where things are: what a newcomer expects to find, and what belongs nowhere.</summary>
public sealed partial class LayoutTests
{
    private static readonly string[] VagueNames = ["Utils", "Util", "Helpers", "Helper", "Common", "Manager", "Managers", "Misc"];

    [Fact]
    public void Folders_TopLevel_AreTheSixOfTheHouse()
    {
        string[] folders =
        [
            .. Repository.Files.Where(path => path.Contains('/', StringComparison.Ordinal)).Select(path => path[..path.IndexOf('/', StringComparison.Ordinal)])
                .Where(folder => !folder.StartsWith('.')).Distinct(StringComparer.Ordinal),
        ];

        Assert.Equal(["analyzers", "docs", "generators", "samples", "src", "tests"], folders);
    }

    [Fact]
    public void Names_NoFolderOrFile_IsVague() =>
        Verdict.NoViolations(
            from path in Repository.Files
            from part in path.Split('/').Select(Path.GetFileNameWithoutExtension)
            where VagueNames.Contains(part, StringComparer.OrdinalIgnoreCase)
            select $"{path}: '{part}' says nothing; name what it holds.");

    [Fact]
    public void Projects_EveryProductProject_HasAShortReadme() =>
        Verdict.NoViolations(
            from path in Repository.Files
            where path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal)
            let readme = path[..path.LastIndexOf('/')] + "/README.md"
            let lines = Repository.Exists(readme) ? File.ReadLines(Path.Combine(Repository.Root, readme)).Count() : 0
            where lines is 0 or > Sizes.MaxProjectReadmeLines
            select lines == 0 ? $"{readme} is missing." : $"{readme}: {lines} lines, at most {Sizes.MaxProjectReadmeLines} are allowed.");

    [Fact]
    public void Names_EveryTestClass_IsNamedLikeItsFile() =>
        Verdict.NoViolations(
            from file in Repository.SourcesBelow("tests")
            where TestAttribute().IsMatch(file.Text)
            where !file.Text.Contains($"class {file.Name}", StringComparison.Ordinal)
            select $"{file.Path}: has tests, but no class {file.Name}.");

    [Fact]
    public void Texts_NoFile_NamesARegistryOrAMachine() =>
        Verdict.NoViolations(
            from path in Repository.Files.AsParallel().AsOrdered()
            let text = Repository.Read(path)
            let match = PlaceOfThisMachine().Match(text)
            where match.Success
            select $"{path}: '{match.Value}' holds only where this was written.");

    [Theory]
    [InlineData("see https://api.nuget" + ".org/v3/index.json")]
    [InlineData("cd /work" + "/dike")]
    [InlineData("cp x /root" + "/x")]
    [InlineData("/home" + "/jo/dike")]
    public void PlaceOfThisMachine_SuchText_Matches(string text) => Assert.Matches(PlaceOfThisMachine(), text);

    [Theory]
    [InlineData("a network/work/flow")]
    [InlineData("the root of the tree")]
    public void PlaceOfThisMachine_OtherText_DoesNotMatch(string text) => Assert.DoesNotMatch(PlaceOfThisMachine(), text);

    [GeneratedRegex(@"\[(Fact|Theory)\b")]
    private static partial Regex TestAttribute();

    // The dots in brackets keep this very line from matching itself.
    [GeneratedRegex(@"\bnuget[.]org|\bnpmjs[.]|\bpypi[.]org|\bcrates[.]io|(?<![\w.>)}\]])/(?:work|root|home)/")]
    private static partial Regex PlaceOfThisMachine();
}
