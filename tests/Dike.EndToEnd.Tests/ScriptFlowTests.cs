using ArithmeticSample;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dike.EndToEnd.Tests;

/// <summary>Scripts in this process, on real sockets and files.</summary>
public sealed class ScriptFlowTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Script_FromFile_PrintsOneLinePerOperationInOrder()
    {
        string script = _directory.Write("script.txt", "# keys are any UTF-8\nschlüssel/🔑 add 9223372036854775807\nschlüssel/🔑 add 1\na[b]{c} sub 7\na[b]{c} div 2 # toward zero\nnew read\n");
        var terminal = new RecordedTerminal();

        int code = await terminal.RunAsync("--script", script, "--nodes", "3", "--partitions", "4");

        Assert.Equal("", terminal.Error);
        Assert.Equal(
            "schlüssel/🔑 add 9223372036854775807 = 9223372036854775807\nschlüssel/🔑 add 1 ! overflow\na[b]{c} sub 7 = -7\na[b]{c} div 2 = -3\nnew read = 0\n",
            terminal.Output);
        Assert.Equal(ExitCode.Done, code);
    }

    [Fact]
    public async Task Script_OfCommentsAlone_PrintsNothing()
    {
        var terminal = new RecordedTerminal("# nothing\n\n");

        int code = await terminal.RunAsync("--script", "-", "--nodes", "1", "--partitions", "1");

        Assert.Equal((ExitCode.Done, "", ""), (code, terminal.Output, terminal.Error));
    }

    [Fact]
    public async Task Script_DataInAPlaceThatIsAFile_IsOneClearError()
    {
        string file = _directory.Write("file", "");
        var terminal = new RecordedTerminal("k read\n");

        int code = await terminal.RunAsync("--script", "-", "--data", file);

        Assert.Equal((ExitCode.Failed, ""), (code, terminal.Output));
        Assert.Contains(file, Assert.Single(terminal.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_MajorityStopped_EndsWithTheCodeForNoQuorumAndAppliesNothingTwice()
    {
        await using ClusterHost host = await ClusterHost.StartAsync(3, _directory.Path, NullLoggerFactory.Instance, Token);
        await new ArithmeticRing(host.Client).CreateAsync(RunSettings.From(new RunOptions { Nodes = 3, Partitions = 1 }), Token);
        await new Operation("k", OperationKind.Add, 5).ExecuteAsync(host.Client, Token);
        await host.AbortAsync("node-1");
        await host.AbortAsync("node-2");
        var terminal = new RecordedTerminal();

        DikeException error = await Assert.ThrowsAnyAsync<DikeException>(
            () => ScriptRunner.RunAsync([new Operation("k", OperationKind.Add, 1)], host.Client, terminal.Terminal.Output, Token));
        await host.RestartAsync("node-1", Token);
        OperationResult after = await new Operation("k", OperationKind.Read, 0).ExecuteAsync(host.Client, Token);

        Assert.Equal(ExitCode.NoQuorum, ExitCode.For(error));
        Assert.Equal("", terminal.Output);
        // The command without a quorum may have been applied, once, or not: its error said which of the two it knew.
        Assert.True(after.Value == 5 || (error.Outcome == Outcome.Unknown && after.Value == 6), $"{error.Outcome}, then {after.Value}");
    }

    [Fact]
    public async Task Cluster_StoppedLeader_GoesOnAndAgreesAfterItsReturn()
    {
        await using ClusterHost host = await ClusterHost.StartAsync(3, _directory.Path, NullLoggerFactory.Instance, Token);
        await new ArithmeticRing(host.Client).CreateAsync(RunSettings.From(new RunOptions { Nodes = 3, Partitions = 2 }), Token);
        await new Operation("k", OperationKind.Add, 5).ExecuteAsync(host.Client, Token);
        (int partition, string leader) = await new ArithmeticRing(host.Client).FindLeaderAsync("k", Token);

        await host.AbortAsync(leader);
        OperationResult without = await new Operation("k", OperationKind.Add, 1).ExecuteAsync(host.Client, Token);
        IReadOnlyList<ReplicaCheck> missing = await host.Client.Admin.CompareReplicasAsync(ArithmeticRing.Name, partition, Token);
        await host.RestartAsync(leader, Token);
        IReadOnlyList<ReplicaCheck> complete = await new ArithmeticRing(host.Client).CompareAsync(partition, Token);

        Assert.Equal(6, without.Value);
        Assert.Equal(new Agreement(2, 1, 0), Agreement.Of(missing));
        Assert.Equal(leader, Assert.Single(missing, check => !check.IsCompared).Node);
        Assert.Equal(new Agreement(3, 0, 0), Agreement.Of(complete));
    }

    [Fact]
    public async Task Cluster_AllNodesStopped_LosesNothingThatWasAnswered()
    {
        await using ClusterHost host = await ClusterHost.StartAsync(3, _directory.Path, NullLoggerFactory.Instance, Token);
        await new ArithmeticRing(host.Client).CreateAsync(RunSettings.From(new RunOptions { Nodes = 3, Partitions = 2 }), Token);
        for (int index = 0; index < 20; index++)
        {
            await new Operation($"k{index}", OperationKind.Add, index).ExecuteAsync(host.Client, Token);
        }

        string[] nodes = [.. host.Nodes];
        await Task.WhenAll(nodes.Select(host.AbortAsync));
        await Task.WhenAll(nodes.Select(node => host.RestartAsync(node, Token)));

        for (int index = 0; index < 20; index++)
        {
            Assert.Equal(index, (await new Operation($"k{index}", OperationKind.Read, 0).ExecuteAsync(host.Client, Token)).Value);
        }
    }

    public void Dispose() => _directory.Dispose();
}
