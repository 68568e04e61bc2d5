namespace Dike.Paxos;

/// <summary>What a replica is in its configuration.</summary>
internal enum ReplicaRole
{
    /// <summary>A member: it votes and may lead.</summary>
    Voter = 1,

    /// <summary>Not a member (yet), or one that missed the end of an earlier configuration: it only takes in what is decided.</summary>
    Learner = 2,

    /// <summary>It was a member, is none any more, and the members have decided without it: nobody needs it.</summary>
    Retired = 3,
}
