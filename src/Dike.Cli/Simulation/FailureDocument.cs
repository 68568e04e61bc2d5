using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>A failed seed in the JSON report. The shrunk fields are null if nothing was shrunk.</summary>
internal sealed record FailureDocument(long Seed, string Failure, string Replay, string Plan, string? ShrunkPlan, int? ShrinkRuns, string? Trace)
{
    public static FailureDocument Of(FailureReport report) => new(
        report.Outcome.Seed,
        report.Outcome.Result.Failure!,
        report.Replay,
        PlanText.Write(report.Outcome.Result.Plan),
        report.Shrunk is null ? null : PlanText.Write(report.Shrunk.Result.Plan),
        report.Shrunk?.Runs,
        report.TraceFile);
}
