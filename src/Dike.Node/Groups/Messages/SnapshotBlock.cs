namespace Dike.Node.Groups.Messages;

/// <summary>A piece of a snapshot's content.</summary>
/// <param name="Checksum">XxHash3-64 of the bytes, made where they were read.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct SnapshotBlock(ulong Checksum, ReadOnlyMemory<byte> Bytes);
