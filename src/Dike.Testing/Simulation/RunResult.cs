using System.Collections.Immutable;

namespace Dike.Testing.Simulation;

/// <summary>What came of one run.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Failure">The first thing that must not be, with what is needed to look into it; null if the run was clean.</param>
/// <param name="Invalid">Why the run does not count although nothing failed (too few acknowledged commands, a fault that never fired, a read level that was not used); null if it counts.</param>
/// <param name="TraceHash">The hash over everything that happened, in order: equal for equal plans.</param>
/// <param name="VirtualMs">How long the cluster ran, in virtual milliseconds.</param>
/// <param name="Events">How many events were handled.</param>
/// <param name="Acknowledged">Commands that were acknowledged.</param>
/// <param name="LeaderChanges">How often a group changed its leader.</param>
/// <param name="RecoveryMs">For each fault that took a leader away while a quorum stayed connected: how long until the next command was acknowledged.</param>
/// <param name="Fired">How often each kind of fault really hit.</param>
internal sealed record RunResult(
    FaultPlan Plan,
    string? Failure,
    string? Invalid,
    ulong TraceHash,
    long VirtualMs,
    long Events,
    int Acknowledged,
    int LeaderChanges,
    ImmutableArray<long> RecoveryMs,
    ImmutableSortedDictionary<FaultKind, int> Fired);
