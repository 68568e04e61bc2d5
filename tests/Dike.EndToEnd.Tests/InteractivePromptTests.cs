using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>The prompt reads the same lines as a script.</summary>
public sealed class InteractivePromptTests
{
    [Fact]
    public async Task RunAsync_LineThatIsNoUtf8_IsNamedAndThePromptGoesOn()
    {
        var terminal = new RecordedTerminal(new MemoryStream([.. "k add 1\nk"u8, 0xFF, .. " add 2\nk"u8, 0xFE, .. " read\nk read\n"u8]));

        int code = await terminal.RunAsync("--interactive", "--nodes", "1", "--partitions", "1");

        Assert.Equal((ExitCode.Done, "k add 1 = 1\nk read = 1\n"), (code, terminal.Output));
        Assert.Equal("standard input, line 2: expected UTF-8; found other bytes.\nstandard input, line 3: expected UTF-8; found other bytes.\n", terminal.Error);
    }

    [Fact]
    public async Task RunAsync_ByteOrderMark_IsNoPartOfTheFirstKey()
    {
        var terminal = new RecordedTerminal("\uFEFFk add 1\r\nk read");

        int code = await terminal.RunAsync("--interactive", "--nodes", "1", "--partitions", "1");

        Assert.Equal((ExitCode.Done, "k add 1 = 1\nk read = 1\n", ""), (code, terminal.Output, terminal.Error));
    }

    [Fact]
    public async Task RunAsync_LinesAcrossReads_AreWhole()
    {
        string key = new('k', 512);
        string lines = string.Concat(Enumerable.Range(0, 20).Select(_ => key + " add 1\n"));
        var terminal = new RecordedTerminal(lines + "\n\nexit\nk add 1\n");

        int code = await terminal.RunAsync("--interactive", "--nodes", "1", "--partitions", "1");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(Enumerable.Range(1, 20).Select(value => $"{key} add 1 = {value}"), terminal.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", terminal.Error);
    }
}
