using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// What the fields of a planned fault mean for its kind. One table for all who handle plans without carrying them out: the rules that refuse a senseless plan,
/// the reader of plan lines and the shrinker, which must know what milder means. A new kind of fault fails the build until it has its row here.
/// </summary>
/// <param name="Target">What it hits.</param>
/// <param name="Rate">What its rate counts.</param>
/// <param name="HasLength">Whether it lasts; what happens at one instant has length 0.</param>
/// <param name="Variants">How many variants there are, counted from 0; 0 if <c>Variant</c> has another meaning or none.</param>
internal readonly record struct FaultTraits(FaultTarget Target, RateUnit Rate, bool HasLength, int Variants)
{
    /// <summary>The row of a kind.</summary>
    public static FaultTraits Of(FaultKind kind) => kind switch
    {
        FaultKind.Loss => new(FaultTarget.AnyLink, RateUnit.Share, true, 0),
        FaultKind.Delay => new(FaultTarget.AnyLink, RateUnit.Milliseconds, true, 0),
        FaultKind.Reorder => new(FaultTarget.AnyLink, RateUnit.Share, true, 0),
        FaultKind.Duplicate => new(FaultTarget.AnyLink, RateUnit.Share, true, 0),
        FaultKind.LateReplay => new(FaultTarget.AnyLink, RateUnit.Share, true, 0),
        FaultKind.OneWayPartition => new(FaultTarget.Link, RateUnit.None, true, 0),
        FaultKind.PartialPartition => new(FaultTarget.Cluster, RateUnit.None, true, 6),
        FaultKind.FullPartition => new(FaultTarget.Cluster, RateUnit.None, true, 0),
        FaultKind.SlowLink => new(FaultTarget.Link, RateUnit.KibibytesPerSecond, true, 0),
        FaultKind.CloggedLink => new(FaultTarget.Link, RateUnit.None, true, 0),
        FaultKind.Crash => new(FaultTarget.Node, RateUnit.None, true, 4),
        FaultKind.CrashAll => new(FaultTarget.Cluster, RateUnit.None, true, 0),
        FaultKind.Restart => new(FaultTarget.Node, RateUnit.None, true, 0),
        FaultKind.Pause => new(FaultTarget.Node, RateUnit.None, true, 0),
        FaultKind.SlowDisk => new(FaultTarget.Node, RateUnit.Milliseconds, true, 0),
        FaultKind.LostWrites => new(FaultTarget.Node, RateUnit.None, false, 0),
        FaultKind.TornWrite => new(FaultTarget.Node, RateUnit.None, false, 0),
        FaultKind.MisdirectedWrite => new(FaultTarget.Node, RateUnit.None, false, 0),
        FaultKind.BitRot => new(FaultTarget.Node, RateUnit.None, false, 0),
        FaultKind.FullDisk => new(FaultTarget.Node, RateUnit.None, true, 0),
        FaultKind.DiskError => new(FaultTarget.Node, RateUnit.None, true, 0),
        FaultKind.WipedDisk => new(FaultTarget.Node, RateUnit.None, true, 0),
        FaultKind.ClockJump => new(FaultTarget.Node, RateUnit.Seconds, false, 0),
        FaultKind.ClockDrift => new(FaultTarget.Node, RateUnit.Factor, true, 0),
        FaultKind.ClockDriftBeyondBound => new(FaultTarget.Node, RateUnit.Factor, true, 0),
        FaultKind.MembershipChange => new(FaultTarget.Cluster, RateUnit.None, false, 4),
        FaultKind.LeadershipTransfer => new(FaultTarget.AnyNode, RateUnit.None, false, 0),
        FaultKind.Snapshot => new(FaultTarget.Node, RateUnit.None, false, 0),
        FaultKind.DuplicateRequest => new(FaultTarget.Cluster, RateUnit.Share, true, 0),
        FaultKind.SessionExpiry => new(FaultTarget.Cluster, RateUnit.None, true, 0),
        FaultKind.MixedVersions => new(FaultTarget.Cluster, RateUnit.None, true, 0),
    };
}
