using System.Collections.Immutable;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Draws the plan of a seed: sizes, a subset of the kinds of faults, and for each kind its own rates, lengths and targets. Pure: the same seed and limits give the
/// same plan on every machine, and sizes, mix and every kind have random numbers of their own, so that a new kind of fault leaves the rest of old seeds alone.
/// </summary>
internal static class SwarmPlans
{
    private const ulong ShapeStream = 1_001;

    private const ulong MixStream = 1_002;

    /// <summary>The plan of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="limits">What all plans of the run have in common.</param>
    public static FaultPlan Draw(long seed, PlanLimits limits)
    {
        PlanShape shape = PlanShape.Draw(limits, new DeterministicRandom((ulong)seed, ShapeStream));
        ImmutableSortedSet<FaultKind> kinds = FaultMix.Draw(shape, limits, new DeterministicRandom((ulong)seed, MixStream));
        List<PlannedFault> faults = [];

        // What changes planned crashes comes after all that plan them: first what replaces some, then the crashes that damage is found after (which must stay
        // crashes), then what needs one.
        foreach (FaultKind kind in kinds.OrderBy(Order))
        {
            Add(kind, faults, new FaultDraw(kind, shape, new DeterministicRandom((ulong)seed, (ulong)kind)));
        }

        // The sort is stable; what spoils a crash stands before the crash of the same instant.
        ImmutableArray<PlannedFault> ordered = [.. faults.OrderBy(fault => fault.AtMs).ThenBy(fault => IsSpoiler(fault.Kind) ? 0 : 1)];
        return new FaultPlan(
            seed, shape.Nodes, shape.Replicas, shape.Groups, shape.Clients, shape.Commands, shape.SnapshotEverySlots, shape.UntilMs, ordered);
    }

    private static bool IsSpoiler(FaultKind kind) => kind is FaultKind.LostWrites or FaultKind.TornWrite;

    private static int Order(FaultKind kind) => kind switch
    {
        FaultKind.WipedDisk => 1_000,
        FaultKind.MisdirectedWrite or FaultKind.BitRot => 2_000,
        FaultKind.LostWrites or FaultKind.TornWrite => 3_000,
        _ => 0,
    };

    private static void Add(FaultKind kind, List<PlannedFault> faults, FaultDraw draw)
    {
        switch (kind)
        {
            case FaultKind.WipedDisk:
                DiskFaults.WipeRestarts(faults, draw);
                break;
            case FaultKind.LostWrites or FaultKind.TornWrite:
                DiskFaults.SpoilCrashes(kind, faults, draw);
                break;
            default:
                faults.AddRange(DrawKind(kind, draw));
                break;
        }
    }

    private static IEnumerable<PlannedFault> DrawKind(FaultKind kind, FaultDraw draw) => kind switch
    {
        FaultKind.Loss or FaultKind.Delay or FaultKind.Reorder or FaultKind.Duplicate or FaultKind.LateReplay => NetworkFaults.DrawFrames(kind, draw),
        FaultKind.OneWayPartition => NetworkFaults.DrawOneWayPartition(draw),
        FaultKind.PartialPartition => NetworkFaults.DrawPartialPartition(draw),
        FaultKind.FullPartition => NetworkFaults.DrawFullPartition(draw),
        FaultKind.SlowLink => NetworkFaults.DrawSlowLink(draw),
        FaultKind.CloggedLink => NetworkFaults.DrawCloggedLink(draw),
        FaultKind.Crash => NodeFaults.DrawCrash(draw),
        FaultKind.CrashAll => NodeFaults.DrawCrashAll(draw),
        FaultKind.Restart => NodeFaults.DrawRestart(draw),
        FaultKind.Pause => NodeFaults.DrawPause(draw),
        FaultKind.SlowDisk => DiskFaults.DrawSlowDisk(draw),
        FaultKind.MisdirectedWrite or FaultKind.BitRot => DiskFaults.DrawDamage(draw),
        FaultKind.FullDisk => DiskFaults.DrawFullDisk(draw),
        FaultKind.DiskError => DiskFaults.DrawDiskError(draw),
        FaultKind.ClockJump => NodeFaults.DrawClockJump(draw),
        FaultKind.ClockDrift => NodeFaults.DrawClockDrift(draw),
        FaultKind.ClockDriftBeyondBound => NodeFaults.DrawClockDriftBeyondBound(draw),
        FaultKind.MembershipChange => GroupFaults.DrawMembershipChange(draw),
        FaultKind.LeadershipTransfer => GroupFaults.DrawLeadershipTransfer(draw),
        FaultKind.Snapshot => GroupFaults.DrawSnapshot(draw),
        FaultKind.DuplicateRequest => GroupFaults.DrawDuplicateRequest(draw),
        FaultKind.SessionExpiry => GroupFaults.DrawSessionExpiry(draw),
        FaultKind.MixedVersions => GroupFaults.DrawMixedVersions(draw),
        FaultKind.WipedDisk or FaultKind.LostWrites or FaultKind.TornWrite => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It changes crashes that are planned already."),
    };
}
