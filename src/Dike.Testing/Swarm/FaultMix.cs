using System.Collections.Immutable;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// Which kinds of faults a seed has: swarm testing (Groce et al., "Swarm Testing", ISSTA 2012). A random subset finds more than everything at once, because some
/// kinds keep others from mattering: a cluster that crashes every second never gets to wrap its log. How dense the subset is, is itself drawn.
/// </summary>
internal static class FaultMix
{
    private const double Even = 0.5;

    /// <summary>Draws the kinds that a seed has.</summary>
    public static ImmutableSortedSet<FaultKind> Draw(PlanShape shape, PlanLimits limits, DeterministicRandom random)
    {
        double density = 0.1 + (0.4 * random.NextDouble());
        ImmutableSortedSet<FaultKind>.Builder kinds = ImmutableSortedSet.CreateBuilder<FaultKind>();
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            // One draw per kind, wanted or not: leaving one kind out leaves the others as they are.
            bool isDrawn = random.NextDouble() < Chance(limits.Profile, kind, density);
            if (isDrawn && !limits.Without.Contains(kind) && IsPossible(kind, shape))
            {
                kinds.Add(kind);
            }
        }

        // What a crash does to writes needs a crash.
        if (!limits.Without.Contains(FaultKind.Crash) && (kinds.Contains(FaultKind.LostWrites) || kinds.Contains(FaultKind.TornWrite)))
        {
            kinds.Add(FaultKind.Crash);
        }

        return kinds.ToImmutable();
    }

    /// <summary>Whether a kind can happen in a cluster of this shape at all.</summary>
    public static bool IsPossible(FaultKind kind, PlanShape shape) => kind switch
    {
        FaultKind.MembershipChange => shape.ChangesMembers,
        FaultKind.LeadershipTransfer => shape.Replicas > 1,
        FaultKind.MixedVersions => false, // All simulated nodes run the same build so far.
        FaultKind.MisdirectedWrite or FaultKind.BitRot or FaultKind.WipedDisk => !shape.Damageable.IsEmpty,
        FaultKind.Loss or FaultKind.Delay or FaultKind.Reorder or FaultKind.Duplicate or FaultKind.LateReplay or FaultKind.OneWayPartition
            or FaultKind.PartialPartition or FaultKind.FullPartition or FaultKind.SlowLink or FaultKind.CloggedLink or FaultKind.DuplicateRequest
            => shape.Nodes > 1,
        _ => true,
    };

    private static double Chance(PlanProfile profile, FaultKind kind, double density) => profile switch
    {
        PlanProfile.Default => ChanceByDefault(kind, density),
        PlanProfile.Idle => kind is FaultKind.Crash or FaultKind.Restart or FaultKind.Pause or FaultKind.WipedDisk or FaultKind.Loss or FaultKind.OneWayPartition
            or FaultKind.PartialPartition or FaultKind.FullPartition or FaultKind.ClockDrift or FaultKind.Snapshot ? Even : 0,
        PlanProfile.PartialPartitions => kind switch
        {
            FaultKind.PartialPartition => 1,
            FaultKind.OneWayPartition or FaultKind.Delay or FaultKind.Loss or FaultKind.Duplicate or FaultKind.CloggedLink or FaultKind.LeadershipTransfer
                or FaultKind.Crash or FaultKind.Pause => Even,
            _ => 0,
        },
        PlanProfile.Storage => kind switch
        {
            FaultKind.Crash => 1,
            FaultKind.CrashAll or FaultKind.Restart or FaultKind.SlowDisk or FaultKind.LostWrites or FaultKind.TornWrite or FaultKind.MisdirectedWrite
                or FaultKind.BitRot or FaultKind.FullDisk or FaultKind.DiskError or FaultKind.WipedDisk or FaultKind.Snapshot => Even,
            _ => 0,
        },
        PlanProfile.Members => kind switch
        {
            FaultKind.MembershipChange => 1,
            FaultKind.LeadershipTransfer or FaultKind.Snapshot or FaultKind.Crash or FaultKind.Restart or FaultKind.Pause or FaultKind.Loss or FaultKind.Duplicate
                or FaultKind.LateReplay or FaultKind.FullPartition or FaultKind.PartialPartition or FaultKind.WipedDisk => Even,
            _ => 0,
        },
        PlanProfile.Clocks => kind switch
        {
            FaultKind.ClockDrift => 0.8,
            FaultKind.ClockJump or FaultKind.ClockDriftBeyondBound or FaultKind.Pause or FaultKind.OneWayPartition or FaultKind.FullPartition or FaultKind.Delay
                or FaultKind.LeadershipTransfer or FaultKind.Restart or FaultKind.SlowDisk => Even,
            _ => 0,
        },
        PlanProfile.Clients => kind switch
        {
            FaultKind.DuplicateRequest or FaultKind.SessionExpiry => 0.8,
            FaultKind.Loss or FaultKind.Delay or FaultKind.Crash or FaultKind.CrashAll or FaultKind.LeadershipTransfer or FaultKind.FullPartition
                or FaultKind.Snapshot or FaultKind.ClockJump or FaultKind.MixedVersions => Even,
            _ => 0,
        },
    };

    private static double ChanceByDefault(FaultKind kind, double density) => kind switch
    {
        FaultKind.MembershipChange => 1, // The shape has drawn it already.
        FaultKind.LeadershipTransfer => 0.65,
        FaultKind.Snapshot => 0.4,
        _ => density,
    };
}
