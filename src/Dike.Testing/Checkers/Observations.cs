using System.Globalization;
using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>A replica as it is seen from outside. Its id is unique per admission: a node that comes back with an empty disk is another replica.</summary>
/// <param name="Group">The group.</param>
/// <param name="Node">The node that holds it.</param>
/// <param name="Id">Its id in the group.</param>
internal readonly record struct ObservedReplica(int Group, int Node, ReplicaId Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"group {Group}, node {Node} (replica {Id})");
}

/// <summary>What orders everything: the configuration, then the ballot.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Ballot">The ballot.</param>
internal readonly record struct Epoch(ConfigurationId Configuration, Ballot Ballot) : IComparable<Epoch>
{
    public int CompareTo(Epoch other) =>
        Configuration.CompareTo(other.Configuration) is int byConfiguration and not 0 ? byConfiguration : Ballot.CompareTo(other.Ballot);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ballot} in configuration {Configuration}");
}

/// <summary>What a replica's disk says after a sync, or after its records were read at a start. What is in memory only is no vote yet.</summary>
/// <param name="Promised">The highest promise.</param>
/// <param name="Accepted">The epoch in which the log was last written.</param>
/// <param name="Length">How far it accepted in that epoch; what it was told to be decided, and never accepted, is not in it.</param>
/// <param name="Decided">The last slot known to be decided.</param>
internal readonly record struct DurableVote(Epoch Promised, Epoch Accepted, Slot Length, Slot Decided)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"promised {Promised}, accepted {Accepted} through slot {Length}, decided through slot {Decided}");
}
