using System.Text.RegularExpressions;

namespace Dike.House.Tests;

/// <summary>A rule without a page explains nothing, one without tests holds nothing, one without a release line surprises.</summary>
public sealed partial class AnalyzerRulesTests
{
    private static IEnumerable<string> Ids =>
        Repository.SourcesBelow("analyzers").Select(file => RuleFile().Match(file.Path)).Where(match => match.Success)
            .Select(match => match.Groups["id"].Value).Distinct(StringComparer.Ordinal);

    [Fact]
    public void Rules_EveryRule_HasAPage() =>
        Verdict.NoViolations(Ids.Select(id => $"analyzers/rules/{id}.md").Where(page => !Repository.Exists(page)).Select(page => $"{page} is missing."));

    [Fact]
    public void Rules_EveryPage_BelongsToARule() =>
        Verdict.NoViolations(
            Repository.Files.Where(path => path.StartsWith("analyzers/rules/DIKE", StringComparison.Ordinal))
                .Where(path => !Ids.Contains(Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal))
                .Select(path => $"{path}: no rule of that id."));

    [Fact]
    public void Rules_EveryRule_HasTests() =>
        Verdict.NoViolations(
            Ids.Where(id => !Repository.SourcesBelow("tests/Dike.Analyzers.Tests").Any(file => file.Name.StartsWith(id, StringComparison.Ordinal)))
                .Select(id => $"tests/Dike.Analyzers.Tests: no file {id}*.cs."));

    [Fact]
    public void Rules_EveryRule_HasAReleaseLine()
    {
        string releases = string.Concat(
            Repository.Files.Where(path => Path.GetFileName(path).StartsWith("AnalyzerReleases.", StringComparison.Ordinal)).Select(Repository.Read));

        Verdict.NoViolations(Ids.Where(id => !releases.Contains(id, StringComparison.Ordinal)).Select(id => $"{id}: no line in AnalyzerReleases.*.md."));
    }

    [Fact]
    public void Rules_TheFirstOnes_AreFound() => Assert.NotEmpty(Ids);

    [GeneratedRegex(@"/Rules/(?<id>DIKE\d{4})_\w+\.cs$")]
    private static partial Regex RuleFile();
}
