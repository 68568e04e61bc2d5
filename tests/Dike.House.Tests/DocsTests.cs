using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.House.Tests;

/// <summary>The pages may not promise what is not there: commands, anchors, names of tests, links.</summary>
public sealed partial class DocsTests
{
    [Fact]
    public void Readme_ShellBlocks_HoldExactlyTheTwoCommands()
    {
        string[] commands =
        [
            .. ShellBlock().Matches(Repository.Read("README.md")).SelectMany(block => block.Groups["text"].Value.Split('\n'))
                .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0),
        ];

        Assert.Equal(["dotnet run --project samples/Arithmetic", "dotnet test"], commands);
    }

    [Fact]
    public void Readme_EveryBlockOfCode_StandsInATest()
    {
        string code = WithoutIndentation(Repository.Read("tests/Dike.EndToEnd.Tests/QuickStartTests.cs"));
        string[] blocks = [.. CodeBlock().Matches(Repository.Read("README.md")).Select(block => WithoutIndentation(block.Groups["text"].Value))];

        Assert.Equal(4, blocks.Length);
        Verdict.NoViolations(
            blocks.Where(block => !code.Contains(block, StringComparison.Ordinal)).Select(block => $"README.md: not in QuickStartTests.cs:\n{block}"));
    }

    [Fact]
    public void Errors_EveryCode_HasTheAnchorItsHelpLinkNames()
    {
        string page = Repository.Read("docs/errors.md");
        string[] headings = [.. Heading().Matches(page).Select(match => match.Groups["text"].Value.Trim().ToLowerInvariant())];

        Verdict.NoViolations(
            EnumMembers("DikeErrorCode").Select(code => code.ToLowerInvariant())
                .Where(code => !headings.Contains(code, StringComparer.Ordinal) && !page.Contains($"id=\"{code}\"", StringComparison.Ordinal))
                .Select(code => $"docs/errors.md: no heading '{code}'."));
    }

    [Fact]
    public void Faults_EveryTestNamed_Exists()
    {
        HashSet<string> tests =
        [
            .. from file in Repository.SourcesBelow("tests")
               from method in file.Unit.DescendantNodes().OfType<MethodDeclarationSyntax>()
               where method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Fact" or "Theory")
               select $"{((BaseTypeDeclarationSyntax)method.Parent!).Identifier.ValueText}.{method.Identifier.ValueText}",
        ];
        string[] named = [.. TestName().Matches(Repository.Read("docs/faults.md")).Select(match => match.Groups["name"].Value)];

        Assert.NotEmpty(named);
        Verdict.NoViolations(named.Where(name => !tests.Contains(name)).Select(name => $"docs/faults.md: no test {name}."));
    }

    [Fact]
    public void Faults_AllTwenty_AreThere()
    {
        string page = Repository.Read("docs/faults.md");

        Verdict.NoViolations(
            Enumerable.Range(1, 20).Select(number => $"| Z{number} |").Where(row => !page.Contains(row, StringComparison.Ordinal))
                .Select(row => $"docs/faults.md: no row '{row}'."));
    }

    [Fact]
    public void Pages_EveryFileNamed_Exists() =>
        Verdict.NoViolations(
            from path in Repository.Files
            where path.StartsWith("docs/", StringComparison.Ordinal)
            from Match name in FileName().Matches(Repository.Read(path))
            let full = Path.Combine(Repository.Root, name.Groups["path"].Value)
            where !File.Exists(full) && !Directory.Exists(full)
            select $"{path}: there is no {name.Groups["path"].Value}.");

    [Fact]
    public void Links_EveryRelativeOne_LeadsSomewhere() =>
        Verdict.NoViolations(
            from path in Repository.Files
            where path.EndsWith(".md", StringComparison.Ordinal)
            from Match link in MarkdownLink().Matches(Repository.Read(path))
            let target = link.Groups["target"].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            let full = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(path)!, target))
            where !File.Exists(full) && !Directory.Exists(full)
            select $"{path}: the link to {target} leads nowhere.");

    private static string WithoutIndentation(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));

    private static IEnumerable<string> EnumMembers(string name) =>
        Repository.SourcesBelow("src").SelectMany(file => file.Unit.DescendantNodes().OfType<EnumDeclarationSyntax>())
            .Single(declaration => declaration.Identifier.ValueText == name).Members.Select(member => member.Identifier.ValueText);

    [GeneratedRegex(@"^```(?:sh|bash|shell|console)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^```csharp\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^#{1,4} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`(?<name>[A-Za-z0-9_]+Tests\.[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"`(?<path>(?:src|tests|samples|generators|analyzers)/[\w./-]+\.\w+)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex MarkdownLink();
}
