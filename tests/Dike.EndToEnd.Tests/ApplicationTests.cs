using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>What is refused before anything is started.</summary>
public sealed class ApplicationTests
{
    [Theory]
    [InlineData("'--bogus'", "--bogus")]
    [InlineData("'extra'", "extra")]
    [InlineData("--nodes 4: expected 1, 3 or 5.", "--nodes", "4")]
    [InlineData("--nodes many: expected 1, 3 or 5.", "--nodes", "many")]
    [InlineData("--partitions 0: expected 1 to 4096.", "--partitions", "0")]
    [InlineData("--partitions 4097: expected 1 to 4096.", "--partitions", "4097")]
    [InlineData("--data '': expected a directory.", "--data", "")]
    [InlineData("--data ' ': expected a directory.", "--data", " ")]
    [InlineData("--script '': expected a file, or - for standard input.", "--script", "")]
    [InlineData("--seed", "--seed", "x")]
    [InlineData("--script", "--script")]
    [InlineData("exclude each other", "--script", "-", "--interactive")]
    public async Task RunAsync_WrongArguments_AreNamedOnStandardError(string named, params string[] arguments)
    {
        var terminal = new RecordedTerminal("k add 1\n");

        int code = await terminal.RunAsync(arguments);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(named, terminal.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was started.", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Output);
    }

    [Fact]
    public async Task RunAsync_Help_ListsEveryOption()
    {
        var terminal = new RecordedTerminal();

        int code = await terminal.RunAsync("--help");

        Assert.Equal(ExitCode.Done, code);
        Assert.All(
            ["--script", "--interactive", "--nodes", "--partitions", "--data", "--seed", "--help"],
            option => Assert.Contains(option, terminal.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_MalformedScript_StopsBeforeAnythingIsMade()
    {
        using var directory = new TemporaryDirectory();
        string script = directory.Write("script.txt", "k add 1\nk add one\n");
        string data = Path.Combine(directory.Path, "data");
        var terminal = new RecordedTerminal();

        int code = await terminal.RunAsync("--script", script, "--data", data);

        Assert.Equal(ExitCode.Malformed, code);
        Assert.StartsWith($"{script}, line 2: expected a whole number", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Output);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task RunAsync_MissingScript_NamesTheFile()
    {
        using var directory = new TemporaryDirectory();
        string script = Path.Combine(directory.Path, "none.txt");
        var terminal = new RecordedTerminal();

        int code = await terminal.RunAsync("--script", script);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(script, terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Output);
    }
}
