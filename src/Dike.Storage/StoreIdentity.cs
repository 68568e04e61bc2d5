namespace Dike.Storage;

/// <summary>Whose log it is. Written into every file when it is made, and compared when it is opened.</summary>
/// <param name="ClusterId">The cluster, drawn at random when it was founded.</param>
/// <param name="NodeName">The node's name.</param>
/// <param name="Incarnation">Drawn at random when the node's data directory was formatted.</param>
public sealed record StoreIdentity(Guid ClusterId, string NodeName, ulong Incarnation);
