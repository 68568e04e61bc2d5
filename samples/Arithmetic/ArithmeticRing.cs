using Dike;

namespace ArithmeticSample;

/// <summary>The ring of the sample in its cluster: made once, then looked at. All waits have a bound.</summary>
/// <param name="dike">A client of the cluster.</param>
internal sealed class ArithmeticRing(IDikeClient dike)
{
    public const string Name = "Arithmetic";

    private const int MaxReplicas = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Replicas per group: all nodes of a small cluster, three of a larger one.</summary>
    public static int ReplicasOn(int nodes) => Math.Min(MaxReplicas, nodes);

    /// <summary>Creates the ring; a ring of the same numbers that is there already is taken as it is.</summary>
    public Task<RoutingTable> CreateAsync(RunSettings settings, CancellationToken cancellationToken) =>
        dike.Admin.CreateRingAsync(Name, settings.Partitions, ReplicasOn(settings.Nodes), cancellationToken: cancellationToken);

    /// <summary>The partition of a key and the node that leads its group.</summary>
    /// <exception cref="RunRefusedException">Nobody leads the group for too long.</exception>
    public async Task<(int Partition, string Leader)> FindLeaderAsync(string key, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = Deadline(cancellationToken);
        try
        {
            while (true)
            {
                RingRoute ring = (await dike.Admin.GetRoutingTableAsync(deadline.Token)).Rings.Single(ring => ring.Name == Name);
                int partition = ring.PartitionOf(key);
                if (ring.Partitions[partition].Leader is { } leader)
                {
                    return (partition, leader);
                }

                await Task.Delay(Pause, deadline.Token);
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RunRefusedException($"No node leads the group of {key} for {Patience.TotalSeconds:F0} s.", error);
        }
    }

    /// <summary>Compares the replicas of a partition. A replica that has just started may need a moment to answer: asked again, within a bound, until all did.</summary>
    /// <returns>The last answers: some replicas may still not have been compared.</returns>
    public async Task<IReadOnlyList<ReplicaCheck>> CompareAsync(int partition, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = Deadline(cancellationToken);
        while (true)
        {
            IReadOnlyList<ReplicaCheck> checks = await dike.Admin.CompareReplicasAsync(Name, partition, cancellationToken);
            if (Agreement.Of(checks).NotCompared == 0 || deadline.IsCancellationRequested)
            {
                return checks;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Compares the replicas of every partition.</summary>
    public async Task<Agreement> CompareAllAsync(int partitions, CancellationToken cancellationToken)
    {
        Agreement sum = Agreement.None;
        for (int partition = 0; partition < partitions; partition++)
        {
            sum += Agreement.Of(await CompareAsync(partition, cancellationToken));
        }

        return sum;
    }

    private static CancellationTokenSource Deadline(CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(Patience);
        return source;
    }
}
