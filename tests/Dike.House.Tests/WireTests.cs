using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.House.Tests;

/// <summary>Every ordinal on the wire has its record, its check for nonsense and its golden bytes: a format nobody wrote down changes unnoticed.</summary>
public sealed class WireTests
{
    private const int FirstPeerFrame = 64;

    /// <summary>Frames that are a header and nothing else.</summary>
    private static readonly string[] WithoutBody = ["FoundingProbe"];

    [Fact]
    public void MessageKinds_EveryKind_HasARecordThatChecksItself() =>
        Verdict.NoViolations(
            from kind in Members("MessageKind")
            let path = $"src/Dike.Paxos/Messages/{kind.Name}.cs"
            where !Repository.Sources.Any(file => file.Path == path && ChecksItself(file, kind.Name))
            select $"{path}: expected 'record {kind.Name}' with an override of Invalid().");

    [Fact]
    public void MessageKinds_EveryKind_HasGoldenBytes() =>
        Verdict.NoViolations(Members("MessageKind").SelectMany(kind => MissingBytes($"tests/Dike.Node.Tests/Wire/{kind.Name}.hex")));

    /// <summary>By record, not by ordinal: an ordinal may be taken before there is a message.</summary>
    [Fact]
    public void GroupMessages_EveryRecord_ChecksItselfAndHasGoldenBytes() =>
        Verdict.NoViolations(
            from file in Repository.SourcesBelow("src/Dike.Node/Groups/Messages")
            from record in file.Unit.DescendantNodes().OfType<RecordDeclarationSyntax>()
            where record.BaseList is not null
            let name = record.Identifier.ValueText
            from violation in MissingBytes($"tests/Dike.Node.Tests/Wire/{name}.hex").Concat(
                ChecksItself(file, name) ? [] : [$"{file.Path}: expected an override of Invalid() in 'record {name}'."])
            select violation);

    [Fact]
    public void FrameKinds_EveryKind_HasGoldenBytes() =>
        Verdict.NoViolations(
            from kind in Members("FrameKind")
            where !WithoutBody.Contains(kind.Name, StringComparer.Ordinal)
            let folder = kind.Ordinal < FirstPeerFrame ? "tests/Dike.Tests/Wire" : "tests/Dike.Node.Tests/Network/Golden"
            from violation in MissingBytes($"{folder}/{kind.Name}.hex")
            select violation);

    [Theory]
    [InlineData("MessageKind")]
    [InlineData("GroupMessageKind")]
    [InlineData("FrameKind")]
    public void Ordinals_OfAKind_AreWrittenOutAndUnique(string kinds)
    {
        (string Name, int Ordinal)[] members = [.. AllMembers(kinds)];

        Assert.NotEmpty(members);
        Assert.Equal(members.Length, members.Select(member => member.Ordinal).Distinct().Count());
    }

    private static IEnumerable<(string Name, int Ordinal)> Members(string kinds) =>
        AllMembers(kinds).Where(member => !member.Name.StartsWith("Retired", StringComparison.Ordinal));

    private static IEnumerable<(string Name, int Ordinal)> AllMembers(string kinds) =>
        Repository.SourcesBelow("src").SelectMany(file => file.Unit.DescendantNodes().OfType<EnumDeclarationSyntax>())
            .Single(declaration => declaration.Identifier.ValueText == kinds).Members
            .Select(member => (member.Identifier.ValueText, (int)((LiteralExpressionSyntax)member.EqualsValue!.Value).Token.Value!));

    private static bool ChecksItself(SourceFile file, string record) =>
        file.Unit.DescendantNodes().OfType<RecordDeclarationSyntax>()
            .Any(declaration => declaration.Identifier.ValueText == record && declaration.Members.OfType<MethodDeclarationSyntax>()
                .Any(method => method.Identifier.ValueText == "Invalid" && method.Modifiers.Any(SyntaxKind.OverrideKeyword)));

    private static IEnumerable<string> MissingBytes(string path) =>
        Repository.Exists(path) && !string.IsNullOrWhiteSpace(Repository.Read(path)) ? [] : [$"{path} is missing or empty: golden bytes of the frame or message."];
}
