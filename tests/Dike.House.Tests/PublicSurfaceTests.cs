namespace Dike.House.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void Product_EveryPublicType_IsWhereUsersLook() => Verdict.NoViolations(Repository.SourcesBelow("src").SelectMany(PublicSurface.Find));

    [Fact]
    public void Find_PublicTypeInAnInnerNamespace_IsReported() =>
        Assert.Contains("'Dike.Wire'", Assert.Single(PublicSurface.Find(SourceFile.Parse("a.cs", "namespace Dike.Wire; public class C;"))), StringComparison.Ordinal);

    [Fact]
    public void Find_TwoPublicTypesInAFile_AreReported() =>
        Assert.Contains("2 public types", Assert.Single(PublicSurface.Find(SourceFile.Parse("a.cs", "namespace Dike; public class C; public enum E { }"))), StringComparison.Ordinal);

    [Fact]
    public void Find_OnePublicTypeWithNestedAndInternalOnes_IsQuiet() =>
        Assert.Empty(PublicSurface.Find(SourceFile.Parse("a.cs", "namespace Dike; public class C { public class D; } internal class E;")));
}
