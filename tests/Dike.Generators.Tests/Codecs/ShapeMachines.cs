using System.Reflection;
using System.Text;
using Dike.Generators.Tests.Consumers;

namespace Dike.Generators.Tests.Codecs;

/// <summary>All shapes compiled at once: machine number N keeps the value of case N and echoes what it is sent. Compiled and loaded once per run.</summary>
public sealed class ShapeMachines
{
    private readonly Assembly _assembly;

    public ShapeMachines()
    {
        var source = new StringBuilder();
        for (int number = 0; number < ShapeCases.All.Count; number++)
        {
            ShapeCase shape = ShapeCases.All[number];
            source.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""

                [StateMachine]
                public sealed partial class Machine{{number}}
                {
                    public {{shape.Type}} Value = default!;

                    [Command] public void Fill() => Value = {{shape.Value}};

                    [Command] public {{shape.Type}} Echo({{shape.Type}} value) => value;
                }

                """);
        }

        _assembly = Consumer.Of(ShapeCases.Types, source.ToString()).Load();
    }

    internal MachineProbe Probe(int number) => MachineProbe.Of(_assembly, $"Machine{number}");

    /// <summary>A machine that holds the value of a case.</summary>
    internal object Filled(int number)
    {
        MachineProbe probe = Probe(number);
        object machine = probe.Create();
        machine.GetType().GetMethod("Fill")!.Invoke(machine, null);
        return machine;
    }

    internal static object? ValueOf(object machine) => machine.GetType().GetField("Value")!.GetValue(machine);
}
