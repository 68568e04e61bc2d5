namespace Dike;

/// <summary>Administration of a cluster, from any node or client.</summary>
public interface IDikeAdmin
{
    /// <summary>Creates a ring of a machine: a fixed number of partitions, each a group of replicas. Idempotent by name.</summary>
    /// <param name="machine">The wire name of a machine registered on the nodes.</param>
    /// <param name="partitions">The number of partitions, 1 to 4096; fixed for good.</param>
    /// <param name="replicas">Replicas per partition: 1, 3 or 5, at most the number of nodes.</param>
    /// <param name="name">The ring's name. Default: the machine's.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The routing table once every partition has a leader.</returns>
    /// <exception cref="CommandRejectedException">The machine is unknown, or a ring of that name exists with other numbers.</exception>
    Task<RoutingTable> CreateRingAsync(string machine, int partitions, int replicas, string? name = null, CancellationToken cancellationToken = default);

    /// <summary>The routing table as a node of the cluster sees it now.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The table.</returns>
    Task<RoutingTable> GetRoutingTableAsync(CancellationToken cancellationToken = default);

    /// <summary>Compares the replicas of one partition at one slot of its log. A replica that did not answer counts as not compared, never as equal.</summary>
    /// <param name="ring">The ring's name.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>One row per member.</returns>
    Task<IReadOnlyList<ReplicaCheck>> CompareReplicasAsync(string ring, int partition, CancellationToken cancellationToken = default);
}
