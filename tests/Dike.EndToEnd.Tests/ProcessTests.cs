using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>The sample as a process: streams, exit codes, what is kept between two starts.</summary>
public sealed class ProcessTests
{
    private const string Script = "somekey add 15\nsomekey add 1\nsomekey div 2\nsomekey div 0\nsomekey read\n";

    private const string Results = "somekey add 15 = 15\nsomekey add 1 = 16\nsomekey div 2 = 8\nsomekey div 0 ! division-by-zero\nsomekey read = 8\n";

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("5")]
    public async Task Run_ScriptFromStandardInput_PrintsResultsAlone(string nodes)
    {
        SampleRun run = await SampleProcess.RunAsync(Script, "--script", "-", "--nodes", nodes);

        Assert.Equal(new SampleRun(ExitCode.Done, Results, ""), run);
    }

    [Fact]
    public async Task Run_MalformedScript_ExecutesNothing()
    {
        SampleRun run = await SampleProcess.RunAsync("somekey add 15\nsomekey pow 2\n", "--script", "-");

        Assert.Equal(ExitCode.Malformed, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.StartsWith("standard input, line 2: expected KEY OP [N]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnknownOption_IsRefused()
    {
        SampleRun run = await SampleProcess.RunAsync("", "--nonsense");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("--nonsense", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KeptDataAcrossTwoStarts_ContinuesAndRefusesOtherNumbers()
    {
        using var directory = new TemporaryDirectory();
        string data = Path.Combine(directory.Path, "data");
        SampleRun first = await SampleProcess.RunAsync("k add 15\nk add 1\n", "--script", "-", "--nodes", "3", "--partitions", "4", "--data", data);
        SampleRun refused = await SampleProcess.RunAsync("k add 1\n", "--script", "-", "--nodes", "5", "--data", data);
        SampleRun second = await SampleProcess.RunAsync("k div 2\nk read\n", "--script", "-", "--data", data);

        Assert.Equal(new SampleRun(ExitCode.Done, "k add 15 = 15\nk add 1 = 16\n", ""), first);
        Assert.Equal((ExitCode.Failed, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("--nodes 5", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--nodes 3", refused.Error, StringComparison.Ordinal);
        Assert.Equal(new SampleRun(ExitCode.Done, "k div 2 = 8\nk read = 8\n", ""), second);
    }

    [Fact]
    public async Task Run_Interactive_AnswersLineByLineAndGoesOnAfterAMalformedOne()
    {
        SampleRun run = await SampleProcess.RunAsync("k add 2\nk ad 2\n\n# comment\nk mult 4\nk div 0\nexit\nk add 1\n", "--interactive", "--nodes", "1");

        Assert.Equal((ExitCode.Done, "k add 2 = 2\nk mult 4 = 8\nk div 0 ! division-by-zero\n"), (run.ExitCode, run.Output));
        Assert.StartsWith("standard input, line 2: expected KEY OP [N]", run.Error, StringComparison.Ordinal);
    }
}
