namespace Dike.House.Tests;

public sealed class SizesTests
{
    [Fact]
    public void Sources_EveryFileAndMethod_IsSmallEnough() => Verdict.NoViolations(Repository.Sources.SelectMany(Sizes.Find));

    [Fact]
    public void Find_FileOverTheLimit_IsReported()
    {
        string text = string.Concat(Enumerable.Repeat("// line\n", Sizes.MaxFileLines + 1));

        Assert.Contains("401 lines", Assert.Single(Sizes.Find(SourceFile.Parse("a.cs", text))), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_FileAtTheLimit_IsQuiet() =>
        Assert.Empty(Sizes.Find(SourceFile.Parse("a.cs", string.Concat(Enumerable.Repeat("// line\n", Sizes.MaxFileLines)))));

    [Fact]
    public void Find_MethodOverTheLimit_IsReportedWithItsLine()
    {
        string body = string.Concat(Enumerable.Repeat("x++;\n", Sizes.MaxMethodLines - 1));
        string text = $"class C\n{{\n    void M() {{ int x = 0;\n{body}}}\n}}\n";

        Assert.StartsWith("a.cs:3: a method of 61 lines", Assert.Single(Sizes.Find(SourceFile.Parse("a.cs", text))), StringComparison.Ordinal);
    }
}
