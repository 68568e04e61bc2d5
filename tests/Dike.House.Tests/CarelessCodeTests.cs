namespace Dike.House.Tests;

public sealed class CarelessCodeTests
{
    [Fact]
    public void Sources_EveryFile_IsFinished() => Verdict.NoViolations(Repository.Sources.SelectMany(CarelessCode.Find));

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("/* FIXME */")]
    [InlineData("// x = y + 1;")]
    [InlineData("// return Foo(x);")]
    [InlineData("// Foo.Bar(x);")]
    [InlineData("// }")]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("Thread.Sleep(5);")]
    [InlineData("await Task.Delay(5);")]
    [InlineData("try { } catch (IOException) { }")]
    [InlineData("try { } catch { /* why */ }")]
    [InlineData("try { } catch (Exception e) { Log(e); }")]
    public void Find_CarelessCode_IsReported(string code) => Assert.Single(CarelessCode.Find(Method(code)));

    [Fact]
    public void Find_Region_IsReported() => Assert.Single(CarelessCode.Find(SourceFile.Parse("tests/a.cs", "class C\n{\n#region x\n#endregion\n}\n")));

    [Fact]
    public void Find_SilencedWarning_IsReportedUnlessItSaysWhy()
    {
        Assert.Single(CarelessCode.Find(SourceFile.Parse("a.cs", "#pragma warning disable CA1000\nclass C;\n")));
        Assert.Empty(CarelessCode.Find(SourceFile.Parse("a.cs", "#pragma warning disable CA1000 // Callers name the type anyway.\nclass C;\n")));
    }

    [Fact]
    public void Find_SkippedTest_IsReported() =>
        Assert.Single(CarelessCode.Find(SourceFile.Parse("tests/a.cs", "class C { [Fact(Skip = \"slow\")] void M() { } }")));

    [Theory]
    [InlineData("// A return here would lose the vote (section 4.1).")]
    [InlineData("// The ballot, not the slot, decides; see OnPrepare.")]
    [InlineData("try { } catch (IOException) { /* The file is gone: that is what we wanted. */ }")]
    [InlineData("try { } catch (Exception e) { Log(e); throw; }")]
    [InlineData("try { } catch (Exception e) when (e is IOException) { Log(e); }")]
    [InlineData("string s = \"TODO\";")]
    public void Find_CarefulCode_IsQuiet(string code) => Assert.Empty(CarelessCode.Find(Method(code)));

    private static SourceFile Method(string code) => SourceFile.Parse("tests/a.cs", $"class C\n{{\n    async Task M()\n    {{\n        {code}\n    }}\n}}\n");
}
