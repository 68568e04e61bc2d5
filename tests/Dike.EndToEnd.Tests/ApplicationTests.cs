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
    [InlineData("--seed abc: expected a whole number from -2147483648 to 2147483647.", "--seed", "abc")]
    [InlineData("--seed 2147483648: expected a whole number from -2147483648 to 2147483647.", "--seed", "2147483648")]
    [InlineData("--seed repeats the load of the main job, which --script does not run", "--seed", "1", "--script", "-")]
    [InlineData("--seed repeats the load of the main job, which --interactive does not run", "--interactive", "--seed", "1")]
    [InlineData("--script", "--script")]
    [InlineData("exclude each other", "--script", "-", "--interactive")]
    public async Task RunAsync_WrongArguments_AreNamedOnStandardError(string named, params string[] arguments)
    {
        var terminal = new RecordedTerminal("k add 1\n");

        int code = await terminal.RunAsync(arguments);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(named, terminal.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was started.", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", terminal.Error, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("none.txt", "there is no such file")]
    [InlineData("none/none.txt", "there is no such file")]
    [InlineData("", "it is a directory")]
    public async Task RunAsync_ScriptThatCannotBeRead_NamesOptionReasonAndRemedy(string name, string reason)
    {
        using var directory = new TemporaryDirectory();
        string script = Path.Combine(directory.Path, name);
        var terminal = new RecordedTerminal();

        int code = await terminal.RunAsync("--script", script);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal($"--script {script}: {reason}. Give a file that can be read, or - for standard input.\n", terminal.Error);
        Assert.Empty(terminal.Output);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/x/y")]
    public async Task RunAsync_DataBelowAFile_NamesOptionReasonAndRemedy(string name)
    {
        using var directory = new TemporaryDirectory();
        string file = directory.Write("file", "");
        string data = Path.Combine(directory.Path, name);
        var terminal = new RecordedTerminal("k read\n");

        int code = await terminal.RunAsync("--script", "-", "--data", data);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal($"--data {data}: {file} is a file. Choose a directory that can be made, read and written.\n", terminal.Error);
        Assert.Empty(terminal.Output);
    }

    [Fact]
    public async Task RunAsync_DataThatCannotBeMade_NamesOptionReasonAndRemedy()
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "There is no directory here in which nobody can make another.");
        var terminal = new RecordedTerminal("k read\n");

        int code = await terminal.RunAsync("--script", "-", "--data", "/proc/dike");

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("--data /proc/dike: ", terminal.Error, StringComparison.Ordinal);
        Assert.EndsWith(". Choose a directory that can be made, read and written.\n", terminal.Error, StringComparison.Ordinal);
    }
}
