using System.Globalization;
using Dike;

namespace ArithmeticSample;

/// <summary>
/// The main job: an empty routing table, a ring, commands that survive the death of the node that leads their group, replicas that agree, a load, and replicas
/// that still agree. What it prints is the transcript of the README.
/// </summary>
internal sealed class Demo(Terminal terminal, ClusterHost host, RunSettings settings, int seed)
{
    private const string Key = "somekey";

    // The client of whichever node runs: the one asked last may have been stopped.
    private ArithmeticRing Ring => new(host.Client);

    /// <summary>Runs it all.</summary>
    /// <exception cref="RunRefusedException">An operation of the load failed, or replicas differ or did not answer.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ShowRingAsync(cancellationToken);
        await SayAsync("Commands on one key.");
        await RunOnKeyAsync(OperationKind.Add, 15, cancellationToken);
        await RunOnKeyAsync(OperationKind.Add, 1, cancellationToken);
        await RunOnKeyAsync(OperationKind.Div, 2, cancellationToken);
        await LoseLeaderAsync(cancellationToken);
        await RunLoadAsync(cancellationToken);
    }

    private async Task ShowRingAsync(CancellationToken cancellationToken)
    {
        RoutingTable before = await host.Client.Admin.GetRoutingTableAsync(cancellationToken);
        await SayAsync($"{Count(settings.Nodes, "node")}. The routing table{(before.Rings.IsEmpty ? ", empty" : " as the last run left it")}:");
        terminal.Results.Write(Rendering.Routes(before));
        RoutingTable after = await Ring.CreateAsync(settings, cancellationToken);
        await SayAsync($"The ring of {Count(settings.Partitions, "partition")}, {Count(ArithmeticRing.ReplicasOn(settings.Nodes), "replica")} each:");
        terminal.Results.Write(Rendering.Routes(after));
    }

    private async Task LoseLeaderAsync(CancellationToken cancellationToken)
    {
        (int partition, string leader) = await Ring.FindLeaderAsync(Key, cancellationToken);
        await host.AbortAsync(leader);
        await SayAsync($"{leader} led partition {partition}, the group of {Key}. It was stopped: sockets cut, memory dropped, nothing flushed.");
        if (settings.Nodes > 1)
        {
            await RunOnKeyAsync(OperationKind.Add, 1, cancellationToken);
            await host.RestartAsync(leader, cancellationToken);
        }
        else
        {
            // Nobody else is there to go on: the only replica must come back first.
            await host.RestartAsync(leader, cancellationToken);
            await RunOnKeyAsync(OperationKind.Add, 1, cancellationToken);
        }

        await SayAsync($"{leader} was started again. The replicas of partition {partition}:");
        IReadOnlyList<ReplicaCheck> checks = await Ring.CompareAsync(partition, cancellationToken);
        terminal.Results.Write(Rendering.Replicas(checks));
        Agreement agreement = Agreement.Of(checks);
        Require(agreement.IsComplete, $"The replicas of partition {partition} were not shown to agree", agreement);
        await SayAsync("They agree.");
    }

    private async Task RunLoadAsync(CancellationToken cancellationToken)
    {
        var load = new Load(seed);
        await SayAsync($"{Load.Callers} callers x {Load.OperationsPerCaller} random operations over {Load.Keys:N0} keys (--seed {seed} repeats them):");
        LoadResult result = await LoadProgress.ShowAsync(
            terminal, Load.TotalOperations, completed => load.RunAsync(host.Client, completed, cancellationToken));
        Agreement agreement = await Ring.CompareAllAsync(settings.Partitions, cancellationToken);
        terminal.Results.Write(Rendering.Closing(result, agreement));
        if (result.Errors > 0)
        {
            throw new RunRefusedException($"{result.Errors} operation(s) of the load failed, the first: {result.FirstError}");
        }

        Require(agreement.IsComplete, "The replicas were not shown to agree after the load", agreement);
    }

    private async Task RunOnKeyAsync(OperationKind kind, long operand, CancellationToken cancellationToken)
    {
        OperationResult result = await new Operation(Key, kind, operand).ExecuteAsync(host.Client, cancellationToken);
        await terminal.Output.WriteLineAsync(result.ToString());
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private Task SayAsync(FormattableString text) => terminal.Output.WriteLineAsync(text.ToString(CultureInfo.InvariantCulture));

    private Task SayAsync(string text) => terminal.Output.WriteLineAsync(text);

    private static void Require(bool condition, string failure, Agreement agreement)
    {
        if (!condition)
        {
            throw new RunRefusedException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{failure}: {agreement.Compared} compared, {agreement.NotCompared} not compared, {agreement.Differences} different."));
        }
    }
}
