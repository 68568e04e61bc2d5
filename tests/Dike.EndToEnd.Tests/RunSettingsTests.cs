using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

public sealed class RunSettingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => Path.Combine(_directory.Path, "data");

    [Fact]
    public void OpenOrCreate_NewDirectory_KeepsWhatItWasMadeWith()
    {
        RunSettings.OpenOrCreate(Data, new RunOptions { Nodes = 3, Partitions = 4 });

        RunSettings again = RunSettings.OpenOrCreate(Data, new RunOptions());

        Assert.Equal((3, 4), (again.Nodes, again.Partitions));
    }

    [Fact]
    public void OpenOrCreate_NothingAsked_TakesTheDefaults()
    {
        RunSettings settings = RunSettings.OpenOrCreate(Data, new RunOptions());

        Assert.Equal((5, 16), (settings.Nodes, settings.Partitions));
    }

    [Fact]
    public void OpenOrCreate_SameNumbersAsked_AreAccepted()
    {
        RunSettings.OpenOrCreate(Data, new RunOptions());

        Assert.Equal(5, RunSettings.OpenOrCreate(Data, new RunOptions { Nodes = 5, Partitions = 16 }).Nodes);
    }

    [Theory]
    [InlineData(1, null, "--nodes 1", "--nodes 3")]
    [InlineData(null, 5, "--partitions 5", "--partitions 4")]
    public void OpenOrCreate_OtherNumbersAsked_AreRefusedNamingBothAndChangeNothing(int? nodes, int? partitions, string asked, string kept)
    {
        RunSettings.OpenOrCreate(Data, new RunOptions { Nodes = 3, Partitions = 4 });
        string before = File.ReadAllText(Path.Combine(Data, RunSettings.FileName));

        string message = Assert.Throws<RunRefusedException>(() => RunSettings.OpenOrCreate(Data, new RunOptions { Nodes = nodes, Partitions = partitions })).Message;

        Assert.Contains(asked, message, StringComparison.Ordinal);
        Assert.Contains(kept, message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Data, RunSettings.FileName)));
        Assert.Single(Directory.GetFileSystemEntries(Data));
    }

    [Fact]
    public void OpenOrCreate_DirectoryOfSomebodyElse_IsRefusedAndUnchanged()
    {
        _directory.Write("holiday.txt", "sun");

        Assert.Contains(
            "not empty", Assert.Throws<RunRefusedException>(() => RunSettings.OpenOrCreate(_directory.Path, new RunOptions())).Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void OpenOrCreate_AfterACrashWhileWriting_StartsAnew()
    {
        _directory.Write(RunSettings.FileName + ".new", "{ \"fo");

        Assert.Equal(5, RunSettings.OpenOrCreate(_directory.Path, new RunOptions()).Nodes);
    }

    [Theory]
    [InlineData("", "not the settings of a run")]
    [InlineData("{}", "not the settings of a run")]
    [InlineData("null", "format 0, this program reads 1")]
    [InlineData("""{"format":2,"nodes":3,"partitions":4}""", "format 2, this program reads 1")]
    [InlineData("""{"format":1,"nodes":0,"partitions":4}""", "\"nodes\" is 0, expected 1, 3 or 5.")]
    [InlineData("""{"format":1,"nodes":2,"partitions":4}""", "\"nodes\" is 2, expected 1, 3 or 5.")]
    [InlineData("""{"format":1,"nodes":3,"partitions":0}""", "\"partitions\" is 0, expected 1 to 4096.")]
    [InlineData("""{"format":1,"nodes":3,"partitions":9999}""", "\"partitions\" is 9999, expected 1 to 4096.")]
    public void OpenOrCreate_OtherDocument_IsRefusedNamingTheFile(string text, string reason)
    {
        string path = _directory.Write(RunSettings.FileName, text);

        string message = Assert.Throws<RunRefusedException>(() => RunSettings.OpenOrCreate(_directory.Path, new RunOptions())).Message;

        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
