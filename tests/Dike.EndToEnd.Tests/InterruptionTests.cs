using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>Ctrl+C ends the run in order, wherever it is, and says so in one word.</summary>
public sealed class InterruptionTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("--script", "-")]
    [InlineData("--interactive", "--nodes", "1")]
    public async Task RunAsync_InterruptedWhileInputIsAwaited_EndsAtOnce(params string[] arguments)
    {
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var input = new OpenPipe();
        var terminal = new RecordedTerminal(input);

        Task<int> run = terminal.RunAsync(interrupted.Token, arguments);
        await input.Asked.WaitAsync(Bound, interrupted.Token);
        await interrupted.CancelAsync();

        Assert.Equal(ExitCode.Failed, await run.WaitAsync(Bound, TestContext.Current.CancellationToken));
        Assert.Equal(("", "Interrupted.\n"), (terminal.Output, terminal.Error));
    }

    [Fact]
    public async Task RunAsync_InterruptedDuringTheLoad_SaysInterrupted()
    {
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var terminal = new RecordedTerminal
        {
            Shown = line =>
            {
                // Between two calls of one caller: those of the others are under way.
                if (line.StartsWith("load: 1,000 of", StringComparison.Ordinal))
                {
                    interrupted.Cancel();
                }
            },
        };

        int code = await terminal.RunAsync(interrupted.Token, "--nodes", "1", "--partitions", "1");

        Assert.Equal(ExitCode.Failed, code);
        Assert.EndsWith("Interrupted.\n", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ProcessInterruptedAtThePrompt_LeavesNoTemporaryDirectory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that one process could send to another.");
        using var directory = new TemporaryDirectory();

        SampleRun run = await SampleProcess.InterruptAsync("k read\n", "k read = 0", directory.Path, "--interactive", "--nodes", "1", "--partitions", "1");

        Assert.Equal(new SampleRun(ExitCode.Failed, "k read = 0\n", "Interrupted.\n"), run);
        Assert.Empty(Directory.GetDirectories(directory.Path, "dike-arithmetic-*"));
    }
}
