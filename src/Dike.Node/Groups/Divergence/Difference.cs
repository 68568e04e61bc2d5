using Dike.Paxos;

namespace Dike.Node.Groups.Divergence;

/// <summary>A member whose log came to something else than that of this replica.</summary>
/// <param name="Member">The member.</param>
/// <param name="Evidence">Where they differ first, and both hashes.</param>
internal sealed record Difference(ReplicaId Member, string Evidence);
