using Dike.Paxos;

namespace Dike.Node.Groups.Snapshots;

/// <summary>A whole snapshot: what it is, and its bytes in blocks, all of one length but the last.</summary>
/// <param name="Info">What it is.</param>
/// <param name="Blocks">Its bytes.</param>
internal sealed record SnapshotContent(SnapshotInfo Info, IReadOnlyList<ReadOnlyMemory<byte>> Blocks);
