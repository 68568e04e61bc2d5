using System.Reflection;
using Dike.Generators.Tests.Consumers;
using MemoryPack;

namespace Dike.Generators.Tests.Codecs;

/// <summary>What import does to the machine beyond the values: comparers, readonly members, properties, transient members, derived content.</summary>
public sealed class RestoreTests
{
    private const string Source = """
        namespace Restored;

        public sealed record Node(int Value, Node? Next);

        public class Animal { public string Name { get; set; } = ""; }

        public class Dog : Animal { public int Barks { get; set; } }

        [StateMachine]
        public sealed partial class Everything
        {
            private readonly Dictionary<string, int> readonlyMap = new(StringComparer.OrdinalIgnoreCase);
            private readonly long readonlyNumber;
            private HashSet<string>? maybe = new(StringComparer.OrdinalIgnoreCase) { "initial" };
            private ImmutableSortedSet<string> immutable = ImmutableSortedSet.Create<string>(StringComparer.OrdinalIgnoreCase);
            private Node? list;
            private Animal? animal;
            private int @class;
            [Transient] private int transient = 5;
            [field: Transient] public int TransientProperty { get; set; } = 6;
            private int guarded;
            private static int shared = 7;
            private const int Constant = 8;

            public int GetOnly { get; }
            public int Initialized { get; init; }
            public int Guarded { get => field; set => field = value < 0 ? throw new ArgumentException("negative") : value; }
            public int Computed => guarded + shared + Constant;

            public Everything() { }

            public Everything(long number, int getOnly) { readonlyNumber = number; GetOnly = getOnly; }

            [Command]
            public void Fill(int depth, string name)
            {
                readonlyMap[name] = 1;
                maybe = null;
                immutable = immutable.Add(name);
                transient = 50; TransientProperty = 60; guarded = 1; Guarded = 2; @class = 3;
                for (int level = 0; level < depth; level++) list = new Node(level, list);
            }

            [Command] public void Loop(Node node) => list = node;

            [Command] public void KeepDog() => animal = new Dog { Name = "d", Barks = 1 };

            [Query] public string Show() => $"{readonlyMap.ContainsKey("KEY")} {readonlyNumber} {maybe is null} {immutable.Contains("KEY")} {transient} {TransientProperty} {GetOnly} {Initialized} {Guarded} {@class} {list?.Value} {restored}";

            [Transient] private string restored = "no";

            partial void OnRestored() => restored = "yes:" + GetOnly;
        }
        """;

    private static readonly Assembly Assembly = Consumer.Of(Source).Load();

    private static readonly MachineProbe Probe = MachineProbe.Of(Assembly, "Restored.Everything");

    [Fact]
    public void Import_FilledMachine_MembersComparersAndDerivedStateComeBack()
    {
        object machine = Activator.CreateInstance(Assembly.GetType("Restored.Everything")!, [77L, 4])!;
        machine.GetType().GetProperty("Initialized")!.SetValue(machine, 9);
        Call(machine, "Fill", 3, "key");
        object restored = Probe.Import(Probe.Export(machine));
        Assert.Equal("True 77 True True 5 6 4 9 2 3 2 yes:4", Call(restored, "Show"));
    }

    [Fact]
    public void Import_FreshMachine_CollectionsOfTheConstructorAreReplacedByTheState()
    {
        object machine = Probe.Create();
        Call(machine, "Fill", 0, "key");
        object restored = Probe.Import(Probe.Export(machine));
        Assert.StartsWith("True 0 True", (string)Call(restored, "Show")!, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_SixtyFourLevels_Written()
    {
        object machine = Probe.Create();
        Call(machine, "Fill", 64, "key");
        Assert.Equal(Probe.Export(machine), Probe.Export(Probe.Import(Probe.Export(machine))));
    }

    [Fact]
    public void Export_SixtyFiveLevels_RefusedByName()
    {
        object machine = Probe.Create();
        Call(machine, "Fill", 65, "key");
        MemoryPackSerializationException thrown = Assert.Throws<MemoryPackSerializationException>(() => Probe.Export(machine));
        Assert.Contains("Restored.Node are nested deeper than 64", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_HostileNesting_RefusedBeforeTheStackEnds()
    {
        object machine = Probe.Create();
        Call(machine, "Fill", 1, "key");
        byte[] bytes = Probe.Export(machine);
        // The node's encoding: 2 members, then Next, then Value. Members in order of names put Next first, so nesting is a run of headers.
        int header = Array.LastIndexOf(bytes, (byte)2, bytes.Length - 6);
        byte[] hostile = [.. bytes.Take(header), .. Enumerable.Repeat((byte)2, 1_000_000)];
        MemoryPackSerializationException thrown = Assert.Throws<MemoryPackSerializationException>(() => Probe.Import(hostile));
        Assert.Contains("nested deeper than 64", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_DerivedInstance_RefusedInsteadOfCutOff()
    {
        object machine = Probe.Create();
        Call(machine, "KeepDog");
        MemoryPackSerializationException thrown = Assert.Throws<MemoryPackSerializationException>(() => Probe.Export(machine));
        Assert.Contains("derived from Restored.Animal", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OtherFormat_RefusedByName()
    {
        byte[] bytes = Probe.Export(Probe.Create());
        bytes[0] = 2;
        MemoryPackSerializationException thrown = Assert.Throws<MemoryPackSerializationException>(() => Probe.Import(bytes));
        Assert.Contains("no state of 'Everything' in format 1", thrown.Message, StringComparison.Ordinal);
    }

    private static object? Call(object machine, string method, params object[] arguments) => machine.GetType().GetMethod(method)!.Invoke(machine, arguments);
}
