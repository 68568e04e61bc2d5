using Dike.Paxos;

namespace Dike.Node.Groups.Snapshots;

/// <summary>What a group wants of the node's snapshot store.</summary>
internal abstract record SnapshotRequest;

/// <summary>Make a snapshot durable, then call <see cref="GroupCore.SnapshotSaved"/>. There is no second one of a group before that.</summary>
/// <param name="Content">The snapshot.</param>
internal sealed record SaveSnapshot(SnapshotContent Content) : SnapshotRequest;

/// <summary>Read blocks for another replica, then call <see cref="GroupCore.SnapshotRead"/>.</summary>
/// <param name="To">Who asked.</param>
/// <param name="Slot">The snapshot's slot.</param>
/// <param name="ContentHash">The hash of its content.</param>
/// <param name="First">The first block, from 0.</param>
/// <param name="Count">How many, 1 or more.</param>
internal sealed record ReadSnapshotBlocks(ReplicaId To, Slot Slot, UInt128 ContentHash, int First, int Count) : SnapshotRequest;
