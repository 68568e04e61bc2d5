using System.Text.Json;
using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>The report for programs: one JSON document. Names and meanings stay; new ones may be added.</summary>
internal sealed record ReportDocument(
    bool Clean,
    bool Interrupted,
    long From,
    int SeedsAsked,
    int Seeds,
    int RanTwice,
    IReadOnlyList<FailureDocument> Failures,
    int Invalid,
    double InvalidShare,
    IReadOnlyList<InvalidReason> InvalidReasons,
    long Acknowledged,
    long Events,
    double ClusterHours,
    double ElapsedSeconds,
    double CpuSeconds,
    double SeedsPerCpuMinute,
    double ClusterHoursPerCpuMinute,
    long LeaderChanges,
    double LeaderChangesPerClusterHour,
    long Recoveries,
    long? RecoveryMsP50,
    long? RecoveryMsP100,
    IReadOnlyList<FaultDocument> Faults)
{
    public static ReportDocument Of(SimulateOptions options, SwarmSummary summary, IReadOnlyList<FailureReport> failures)
    {
        SwarmStatistics statistics = summary.Statistics;
        var figures = new Figures(summary);
        return new ReportDocument(
            summary.IsClean,
            summary.IsInterrupted,
            options.From,
            options.Seeds,
            statistics.Seeds,
            statistics.RanTwice,
            [.. failures.Select(FailureDocument.Of)],
            statistics.Invalid,
            figures.InvalidShare,
            [.. statistics.InvalidReasons],
            statistics.Acknowledged,
            statistics.Events,
            statistics.ClusterHours,
            summary.Elapsed.TotalSeconds,
            summary.CpuTime.TotalSeconds,
            figures.SeedsPerCpuMinute,
            figures.ClusterHoursPerCpuMinute,
            statistics.LeaderChanges,
            figures.LeaderChangesPerHour,
            statistics.Recoveries,
            statistics.RecoveryMsAt(50),
            statistics.RecoveryMsAt(100),
            [.. statistics.Faults.Select(count => new FaultDocument(FaultKindNames.Of(count.Kind), count.Seeds, count.Fired))]);
    }

    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Readable.ReportDocument);
}
