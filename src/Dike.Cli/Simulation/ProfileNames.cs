using System.Text.Json;
using Dike.Testing.Swarm;

namespace Dike.Cli.Simulation;

/// <summary>The names of profiles as people type them.</summary>
internal static class ProfileNames
{
    public static IEnumerable<string> All => Enum.GetValues<PlanProfile>().Select(Of);

    public static string Of(PlanProfile profile) => JsonNamingPolicy.KebabCaseLower.ConvertName(profile.ToString());

    public static bool TryParse(string name, out PlanProfile profile)
    {
        foreach (PlanProfile candidate in Enum.GetValues<PlanProfile>())
        {
            if (Of(candidate) == name)
            {
                profile = candidate;
                return true;
            }
        }

        profile = default;
        return false;
    }
}
