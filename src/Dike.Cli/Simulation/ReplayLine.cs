using System.Globalization;
using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>Command lines that run something again, ready for a shell.</summary>
internal static class ReplayLine
{
    private const string Program = "dotnet run -c Release --project src/Dike.Cli -- simulate";

    /// <summary>Runs one seed again, drawn as it was.</summary>
    public static string OfSeed(long seed, SimulateOptions options)
    {
        if (options.Plan is not null)
        {
            return OfPlan(options.Plan);
        }

        string nodes = options.Nodes is null ? "" : string.Create(CultureInfo.InvariantCulture, $" --nodes {options.Nodes}");
        string profile = options.Profile == PlanProfile.Default ? "" : $" --profile {ProfileNames.Of(options.Profile)}";
        string without = options.Without.IsEmpty ? "" : $" --without {string.Join(',', options.Without.Select(FaultKindNames.Of))}";
        return string.Create(CultureInfo.InvariantCulture, $"{Program} --from {seed} --seeds 1{nodes}{profile}{without}");
    }

    /// <summary>Runs a plan again. A plan's line has nothing in it that a quoted string could end with.</summary>
    public static string OfPlan(FaultPlan plan) => $"{Program} --plan \"{PlanText.Write(plan)}\"";
}
