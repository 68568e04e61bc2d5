namespace Dike.Paxos;

/// <summary>A member of a configuration: a replica, bound for good to one incarnation of one node.</summary>
/// <param name="Id">The replica's id, drawn at its admission and never reused.</param>
/// <param name="Priority">Its priority as a leader; higher leads rather. Distinct priorities per group avoid duels.</param>
/// <param name="Node">The name of its node; opaque to the core.</param>
/// <param name="Incarnation">The node's incarnation (its data directory): another one of the same name is another member.</param>
public readonly record struct Member(ReplicaId Id, ushort Priority, string Node = "", ulong Incarnation = 0);
