using Dike.Cli;

namespace Dike.Testing.Tests.Cli;

public sealed class SimulateUsageTests
{
    private const string Plan = "seed=1 nodes=1 replicas=1 groups=1 clients=1 commands=1 snapshot=1 until=1 faults=none";

    [Theory]
    [InlineData("--seeds 0", "--seeds 0: expected a whole number from 1 to 2147483647.")]
    [InlineData("--seeds many", "--seeds many: expected a whole number")]
    [InlineData("--seeds 1,000", "--seeds 1,000: expected a whole number")]
    [InlineData("--from 9223372036854775808", "--from 9223372036854775808: expected a whole number")]
    [InlineData("--from 9223372036854775800 --seeds 100", "there are no 100 seeds from there on")]
    [InlineData("--nodes 4", "--nodes 4: expected 1, 3 or 5.")]
    [InlineData("--profile quick", "--profile quick: expected one of default, idle, partial-partitions, storage, members, clocks, clients.")]
    [InlineData("--without loss,rain", "--without rain: expected kinds of loss, delay,")]
    [InlineData("--parallel 0", "--parallel 0: expected a whole number from 1 to 1024.")]
    [InlineData("--shrink --no-shrink", "--shrink and --no-shrink exclude each other")]
    [InlineData("--shrink-runs 0", "--shrink-runs 0: expected a whole number")]
    [InlineData("--fast", "--fast")]
    public async Task RunAsync_WrongOption_SaysWhatIsRightAndRunsNothing(string options, string expected)
    {
        using var cli = new RecordedCommandLine(_ => throw new InvalidOperationException("a seed was run"));

        int code = await cli.RunAsync(["simulate", .. options.Split(' ')]);

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.Contains(expected, cli.Error, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was started. --help lists the verbs and their options.\n", cli.Error, StringComparison.Ordinal);
        Assert.Empty(cli.Output);
    }

    [Theory]
    [InlineData("seed=1 nodes=2", "--plan: 'replicas=' is missing")]
    [InlineData(Plan + ";x", "--plan: column 83, 'none': expected a fault")]
    public async Task RunAsync_WrongPlan_SaysWhere(string line, string expected)
    {
        using var cli = new RecordedCommandLine(_ => null);

        int code = await cli.RunAsync("simulate", "--plan", line);

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.Contains(expected, cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seeds", "5")]
    [InlineData("--from", "5")]
    [InlineData("--nodes", "5")]
    [InlineData("--profile", "idle")]
    public async Task RunAsync_PlanAndWhatItSaysItself_IsRefused(string option, string value)
    {
        using var cli = new RecordedCommandLine(_ => null);

        int code = await cli.RunAsync("simulate", "--plan", Plan, option, value);

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.Contains($"leave {option} out", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TraceThatCannotBeWritten_IsRefusedBeforeTheFirstSeed()
    {
        using var cli = new RecordedCommandLine(_ => throw new InvalidOperationException("a seed was run"));

        int directory = await cli.RunAsync("simulate", "--trace", cli.Directory);
        int nowhere = await cli.RunAsync("simulate", "--trace", cli.PathOf("no/such.trace"));

        Assert.Equal((ExitCode.WrongUsage, ExitCode.WrongUsage), (directory, nowhere));
        Assert.Contains("it is a directory. Give a file that can be written.", cli.Error, StringComparison.Ordinal);
        Assert.Contains("there is no such directory. Give a file that can be written.", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Help_ListsEveryOption()
    {
        using var cli = new RecordedCommandLine(_ => null);

        Assert.Equal(ExitCode.Done, await cli.RunAsync("simulate", "--help"));

        foreach (string option in new[] { "--seeds", "--from", "--nodes", "--profile", "--without", "--plan", "--trace", "--no-shrink", "--keep-going", "--parallel", "--json" })
        {
            Assert.Contains(option, cli.Output, StringComparison.Ordinal);
        }
    }
}
