using Dike.Paxos;

namespace Dike.Storage;

/// <summary>
/// A node's durable snapshots, of all its groups. A snapshot is there whole or not at all; of a group the last two that were saved are kept, so that the one before is
/// there until the log says that the new one stands.
/// </summary>
/// <remarks>Safe from any thread, but one <see cref="Save"/> of a group at a time.</remarks>
public interface ISnapshotStore
{
    /// <summary>How many snapshots of a group are kept.</summary>
    const int Kept = 2;

    /// <summary>Makes a snapshot durable: it survives any crash once this returns. Drops what is older than the last two.</summary>
    /// <param name="group">Whose it is.</param>
    /// <param name="snapshot">What it is.</param>
    /// <param name="blocks">Its content, all of one length but the last.</param>
    /// <exception cref="IOException">It could not be written or synced. What was there before is there.</exception>
    void Save(GroupId group, SnapshotInfo snapshot, IReadOnlyList<ReadOnlyMemory<byte>> blocks);

    /// <summary>What is there of a group, newest slot first. What was not saved to its end is not.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The slots.</returns>
    IReadOnlyList<Slot> List(GroupId group);

    /// <summary>Reads a whole snapshot and verifies each block.</summary>
    /// <param name="group">The group.</param>
    /// <param name="slot">The snapshot's slot.</param>
    /// <param name="contentHash">The hash of its content.</param>
    /// <param name="snapshot">What it is; null if it is not there.</param>
    /// <returns>Its blocks; none if it is not there.</returns>
    /// <exception cref="LogDamagedException">It is there and damaged; the message names file and block.</exception>
    IReadOnlyList<ReadOnlyMemory<byte>> Read(GroupId group, Slot slot, UInt128 contentHash, out SnapshotInfo? snapshot);

    /// <summary>Reads some blocks and verifies them, without the rest.</summary>
    /// <param name="group">The group.</param>
    /// <param name="slot">The snapshot's slot.</param>
    /// <param name="contentHash">The hash of its content.</param>
    /// <param name="first">The first block, from 0.</param>
    /// <param name="count">How many; fewer come at the end.</param>
    /// <returns>The blocks; none if the snapshot is not there.</returns>
    /// <exception cref="LogDamagedException">A block is damaged; the message names file and block.</exception>
    IReadOnlyList<ReadOnlyMemory<byte>> ReadBlocks(GroupId group, Slot slot, UInt128 contentHash, int first, int count);
}
