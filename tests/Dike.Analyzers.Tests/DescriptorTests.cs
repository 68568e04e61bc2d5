using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests;

/// <summary>A rule is complete only with its page, its release line and its tests; whatever is missing is named here.</summary>
public sealed class DescriptorTests
{
    private static readonly DiagnosticDescriptor[] Descriptors =
        [.. new HandlerDeterminismAnalyzer().SupportedDiagnostics, .. new MachineShapeAnalyzer().SupportedDiagnostics];

    public static TheoryData<string> Rules { get; } = [.. Descriptors.Select(descriptor => descriptor.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_IsComplete(string id)
    {
        DiagnosticDescriptor rule = Descriptors.Single(descriptor => descriptor.Id == id);
        string unshipped = File.ReadAllText(Repository.PathOf("analyzers/Dike.Analyzers/AnalyzerReleases.Unshipped.md"));
        Assert.Contains($"{id} | {rule.Category} | {rule.DefaultSeverity} | {rule.Title}\n", unshipped, StringComparison.Ordinal);
        Assert.True(rule.IsEnabledByDefault);
        Assert.NotEmpty(rule.Description.ToString(null));

        string page = File.ReadAllText(Repository.PathOf(rule.HelpLinkUri));
        Assert.StartsWith($"# {id}: {rule.Title}\n", page, StringComparison.Ordinal);
        Assert.All(["## Wrong", "## Why", "## Right", "## When to suppress"], heading => Assert.Contains(heading, page, StringComparison.Ordinal));

        Assert.Single(Directory.GetFiles(Repository.PathOf("analyzers/Dike.Analyzers/Rules"), id + "_*.cs"));
        Assert.NotNull(typeof(DescriptorTests).Assembly.GetType($"Dike.Analyzers.Tests.Rules.{id}Tests"));
    }

    [Fact]
    public void Pages_HaveARuleEach() => Assert.Equal(
        Descriptors.Select(descriptor => descriptor.Id + ".md").Order(StringComparer.Ordinal),
        Directory.GetFiles(Repository.PathOf("analyzers/rules")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Ids_AreUnique() => Assert.Distinct(Descriptors.Select(descriptor => descriptor.Id));
}
