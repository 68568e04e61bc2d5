using Dike.Testing.Simulation;
using Dike.Testing.Swarm;

namespace Dike.Testing.Tests.Swarm;

/// <summary>
/// A defect on purpose, in the tests only: one seed gives what a checker would say of a lost command. A gate that stays green with it is no gate. Set the variable
/// to see the fixed seeds fail by hand.
/// </summary>
internal static class Canary
{
    public const string Variable = "DIKE_TEST_CANARY";

    public const string Failure = "Canary: command 1 was acknowledged and is in no log.";

    public static bool IsAsked => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>The runner, with one seed spoiled.</summary>
    public static PlanRunner Spoil(PlanRunner runner, long seed) => (plan, trace) =>
    {
        RunResult result = runner(plan, trace);
        return plan.Seed == seed ? result with { Failure = result.Failure ?? Failure } : result;
    };
}
