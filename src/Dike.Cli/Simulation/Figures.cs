using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>The figures of a run that need more than one of its counts. Rates are 0 where nothing was measured.</summary>
/// <param name="Summary">The run.</param>
internal readonly record struct Figures(SwarmSummary Summary)
{
    public double CpuMinutes => Summary.CpuTime.TotalMinutes;

    public double SeedsPerCpuMinute => Rate(Summary.Statistics.Seeds, CpuMinutes);

    public double ClusterHoursPerCpuMinute => Rate(Summary.Statistics.SimulatedHours, CpuMinutes);

    public double LeaderChangesPerHour => Rate(Summary.Statistics.LeaderChanges, Summary.Statistics.ClusterHours);

    public double InvalidShare => Rate(Summary.Statistics.Invalid, Summary.Statistics.Seeds);

    private static double Rate(double count, double per) => per > 0 ? count / per : 0;
}
