using System.Collections.Immutable;

namespace Dike.Testing.Simulation;

/// <summary>What can go wrong in a run. Every kind has one way to be carried out by the simulation and one probe that tells that it really fired.</summary>
internal enum FaultKind
{
    /// <summary>Frames vanish: <see cref="PlannedFault.Rate"/> is the share.</summary>
    Loss = 1,

    /// <summary>Frames take longer: Rate is the mean extra delay in milliseconds, drawn exponentially.</summary>
    Delay = 2,

    /// <summary>Frames overtake each other on one link; Rate is the share held back.</summary>
    Reorder = 3,

    /// <summary>Frames arrive twice, the second time up to a second later; Rate is the share.</summary>
    Duplicate = 4,

    /// <summary>Recorded frames of minutes ago arrive again, also of earlier ballots, boots and configurations; Rate is the share.</summary>
    LateReplay = 5,

    /// <summary>Nothing passes from <see cref="PlannedFault.Node"/> to <see cref="PlannedFault.Other"/>, the other direction works.</summary>
    OneWayPartition = 6,

    /// <summary>Some pairs of nodes do not hear each other, so that nodes disagree on who is there; Variant picks the graph (0 random, 1 quorum loss, 2 constrained election, 3 chained, 4 ring, 5 star).</summary>
    PartialPartition = 7,

    /// <summary>The nodes fall into two sides that do not hear each other; Variant is the bit set of one side.</summary>
    FullPartition = 8,

    /// <summary>One link is slow: Rate is its bandwidth in KiB per second.</summary>
    SlowLink = 9,

    /// <summary>One link holds everything back and then lets it go at once.</summary>
    CloggedLink = 10,

    /// <summary>A node ends without a word at an effect boundary (Variant: 0 before an append, 1 between append and sync, 2 between sync and sends, 3 between sends and answers) and starts again after the fault's length.</summary>
    Crash = 11,

    /// <summary>All nodes crash at once.</summary>
    CrashAll = 12,

    /// <summary>A node stops as planned (leadership handed over) and starts again.</summary>
    Restart = 13,

    /// <summary>A node stands still; what arrives meanwhile is handled afterwards.</summary>
    Pause = 14,

    /// <summary>Every sync of a node takes Rate milliseconds longer.</summary>
    SlowDisk = 15,

    /// <summary>At the next crash of the node, any subset of its unsynced writes is lost.</summary>
    LostWrites = 16,

    /// <summary>At the next crash of the node, its last write is torn.</summary>
    TornWrite = 17,

    /// <summary>A write of the node lands in the wrong place.</summary>
    MisdirectedWrite = 18,

    /// <summary>A synced record of the node changes at rest.</summary>
    BitRot = 19,

    /// <summary>The node's disk is full for a while.</summary>
    FullDisk = 20,

    /// <summary>The node's n-th disk call from now on fails (Variant is n, from 1): the node ends and starts again after the fault's length.</summary>
    DiskError = 21,

    /// <summary>A node loses its directory and starts empty after the fault's length, as a new incarnation.</summary>
    WipedDisk = 22,

    /// <summary>A node's wall clock jumps by Rate seconds.</summary>
    ClockJump = 23,

    /// <summary>A node's monotonic clock runs Rate times as fast, within the bound that leases rest on.</summary>
    ClockDrift = 24,

    /// <summary>As above, beyond the bound: stale lease reads are then allowed to the checkers, nothing else is.</summary>
    ClockDriftBeyondBound = 25,

    /// <summary>A group changes its members (Variant: 0 grow, 1 shrink, 2 replace one, 3 swap as many as there are others).</summary>
    MembershipChange = 26,

    /// <summary>A group's leadership is transferred on request, to <see cref="PlannedFault.Node"/> or, if that is -1, to any other member.</summary>
    LeadershipTransfer = 27,

    /// <summary>A replica is told to take a snapshot now.</summary>
    Snapshot = 28,

    /// <summary>A client sends the same request again, to another node, while the first is under way; Rate is the share of requests.</summary>
    DuplicateRequest = 29,

    /// <summary>A client stays silent for longer than a session lives, then retries; Variant is the client, from 0.</summary>
    SessionExpiry = 30,

    /// <summary>The group raises its machine version while nodes run different builds, for the fault's length.</summary>
    MixedVersions = 31,
}

/// <summary>One fault of a plan.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="AtMs">When it begins, in virtual milliseconds.</param>
/// <param name="LengthMs">How long it lasts; 0 for what happens at one instant.</param>
/// <param name="Node">The node it hits, or -1 for all.</param>
/// <param name="Other">The other end of a link, or -1.</param>
/// <param name="Rate">See <see cref="FaultKind"/>.</param>
/// <param name="Variant">See <see cref="FaultKind"/>.</param>
internal sealed record PlannedFault(FaultKind Kind, long AtMs, long LengthMs, int Node = -1, int Other = -1, double Rate = 0, long Variant = 0);

/// <summary>Everything a run depends on: the same plan gives the same run, byte for byte.</summary>
/// <param name="Seed">Draws what the plan leaves open: delays, workload, contents.</param>
/// <param name="Nodes">1, 3 or 5.</param>
/// <param name="Replicas">Replicas per group: 1, 3 or 5, at most <paramref name="Nodes"/>.</param>
/// <param name="Groups">Partitions of the ring.</param>
/// <param name="Clients">Clients, each with one call under way at a time.</param>
/// <param name="Commands">How many calls the workload makes in all.</param>
/// <param name="SnapshotEverySlots">After how many slots a replica takes a snapshot: small, so that logs wrap several times.</param>
/// <param name="FaultsUntilMs">When the faults end: from then on the run demands progress, convergence and bounded recovery.</param>
/// <param name="Faults">The faults, ascending by <see cref="PlannedFault.AtMs"/>.</param>
internal sealed record FaultPlan(
    long Seed, int Nodes, int Replicas, int Groups, int Clients, int Commands, int SnapshotEverySlots, long FaultsUntilMs, ImmutableArray<PlannedFault> Faults);
