namespace Dike.House.Tests;

public sealed class PurityTests
{
    [Fact]
    public void PurePart_EveryFile_UsesNoClockThreadFileOrSocket() =>
        Verdict.NoViolations(Repository.Sources.Where(Purity.IsInScope).SelectMany(Purity.Find));

    [Fact]
    public void PurePart_EveryEntry_HasFiles() =>
        Verdict.NoViolations(
            Purity.Scope.Where(entry => !Repository.Sources.Any(file => Purity.Covers(entry, file)))
                .Select(entry => $"{entry}: nothing there; the list of pure parts is out of date."));

    [Theory]
    [InlineData("long x = DateTime.UtcNow.Ticks;")]
    [InlineData("Task x = null;")]
    [InlineData("var x = new List<Task<int>>();")]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("var x = new Random(1);")]
    [InlineData("int x = Random.Shared.Next();")]
    [InlineData("var x = Guid.NewGuid();")]
    [InlineData("File.Delete(\"x\");")]
    [InlineData("lock (this) { }")]
    [InlineData("var d = new Dictionary<int, int>(); foreach (var pair in d) { }")]
    [InlineData("HashSet<int> d = []; foreach (int one in d.Where(i => i > 0)) { }")]
    [InlineData("Dictionary<int, int> d = []; int[] all = [.. d.Values];")]
    [InlineData("Dictionary<int, int> d = []; var all = d.Keys.ToList();")]
    public void Find_ImpureCode_IsReported(string code) => Assert.NotEmpty(Purity.Find(Method(code)));

    [Theory]
    [InlineData("var x = TimeSpan.FromDays(1);")]
    [InlineData("var x = new DateTime(1);")]
    [InlineData("var x = context.Random.Next(5);")]
    [InlineData("var d = new SortedDictionary<int, int>(); foreach (var pair in d) { }")]
    [InlineData("Dictionary<int, int> d = []; foreach (int key in d.Keys.Order()) { }")]
    [InlineData("Dictionary<int, int> d = []; int x = d.Count;")]
    [InlineData("var x = new C { File = 1 };")]
    [InlineData("Dictionary<int, int> d = []; int[] keys = [.. d.Keys]; Array.Sort(keys);")]
    [InlineData("Func<int, Task> handedOn = null;")]
    [InlineData("/* DateTime.UtcNow is an input here */ int x = 1;")]
    public void Find_PureCode_IsQuiet(string code) => Assert.Empty(Purity.Find(Method(code)));

    private static SourceFile Method(string code) => SourceFile.Parse("a.cs", $"class C {{ void M() {{ {code} }} }}");
}
