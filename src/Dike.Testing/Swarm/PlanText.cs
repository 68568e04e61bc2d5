using System.Globalization;
using System.Text;
using Dike.Testing.Simulation;

namespace Dike.Testing.Swarm;

/// <summary>
/// A plan as one line, to be printed for a failing seed and typed to run it again:
/// <c>seed=7 nodes=3 replicas=3 groups=1 clients=2 commands=200 snapshot=16 until=30000 faults=loss@2000+28000:r0.1;crash@5200+300:n2,v1</c>.
/// A fault is <c>kind@begin[+length][:n NODE,o OTHER,r RATE,v VARIANT]</c> without the blanks, times in milliseconds; what has its default is left out.
/// What is read back equals what was written.
/// </summary>
internal static class PlanText
{
    /// <summary>The names of the fields before the faults, in their order.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["seed", "nodes", "replicas", "groups", "clients", "commands", "snapshot", "until"];

    public const string FaultsField = "faults";

    public const string NoFaults = "none";

    /// <summary>The line of a plan.</summary>
    public static string Write(FaultPlan plan)
    {
        long[] values = [plan.Seed, plan.Nodes, plan.Replicas, plan.Groups, plan.Clients, plan.Commands, plan.SnapshotEverySlots, plan.FaultsUntilMs];
        var line = new StringBuilder();
        foreach ((string field, long value) in Fields.Zip(values))
        {
            line.Append(CultureInfo.InvariantCulture, $"{field}={value} ");
        }

        line.Append(FaultsField).Append('=');
        return (plan.Faults.IsEmpty ? line.Append(NoFaults) : line.AppendJoin(';', plan.Faults.Select(Write))).ToString();
    }

    /// <summary>One fault, as it stands in the line.</summary>
    public static string Write(PlannedFault fault)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{FaultKindNames.Of(fault.Kind)}@{fault.AtMs}");
        if (fault.LengthMs != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"+{fault.LengthMs}");
        }

        char separator = ':';
        AppendDetail(text, ref separator, 'n', fault.Node, -1);
        AppendDetail(text, ref separator, 'o', fault.Other, -1);
        AppendDetail(text, ref separator, 'r', fault.Rate, 0);
        AppendDetail(text, ref separator, 'v', fault.Variant, 0);
        return text.ToString();
    }

    /// <summary>The plan of a line.</summary>
    /// <exception cref="PlanFormatException">The line is not a plan, or its plan makes no sense (<see cref="PlanRules"/>).</exception>
    public static FaultPlan Parse(string line)
    {
        FaultPlan plan = new PlanReader(line).Read();
        string? refusal = PlanRules.Refuse(plan);
        return refusal is null ? plan : throw new PlanFormatException(refusal);
    }

    private static void AppendDetail<T>(StringBuilder text, ref char separator, char name, T value, T none)
        where T : struct, IEquatable<T>, IFormattable
    {
        if (!value.Equals(none))
        {
            text.Append(CultureInfo.InvariantCulture, $"{separator}{name}{value}");
            separator = ',';
        }
    }
}
