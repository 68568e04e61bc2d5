using System.Globalization;
using System.Reflection;
using Dike.Generators.Tests.Consumers;
using MemoryPack;

namespace Dike.Generators.Tests.Codecs;

/// <summary>Equal states give equal bytes, whatever their history and whatever machine computes them: replicas compare hashes of these bytes.</summary>
public sealed class CanonicalTests
{
    private const string Source = """
        [StateMachine]
        public sealed partial class Histories
        {
            private readonly HashSet<string> set = [];
            private readonly Dictionary<string, int> map = [];
            private readonly SortedSet<string> sorted = new(StringComparer.Ordinal);
            private readonly SortedDictionary<string, int> cultural = new(StringComparer.CurrentCulture);
            private ImmutableHashSet<string> frozen = [];
            private ImmutableDictionary<string, string> pairs = ImmutableDictionary<string, string>.Empty;
            private double number;

            [Command]
            public void Add(string key)
            {
                set.Add(key); map[key] = key.Length; sorted.Add(key); cultural[key] = 1; frozen = frozen.Add(key); pairs = pairs.SetItem(key, key);
            }

            [Command]
            public void Remove(string key)
            {
                set.Remove(key); map.Remove(key); sorted.Remove(key); cultural.Remove(key); frozen = frozen.Remove(key); pairs = pairs.Remove(key);
            }

            [Command] public void Divide(double by) => number = 0 / by;
        }
        """;

    private static readonly string[] Keys = ["ä", "a", "B", "z", "i", "İ", "I", "ß", "ss", "-1", "1"];

    private static readonly MachineProbe Probe = MachineProbe.Of(Consumer.Of(Source).Load(), "Histories");

    [Theory]
    [InlineData("sv-SE")]
    [InlineData("tr-TR")]
    [InlineData("fi-FI")]
    [InlineData("")]
    public void Export_SameContentByOtherHistoryAndCulture_SameBytes(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        byte[] expected = Export(Keys, []);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal(expected, Export([.. Keys.Reverse()], []));
            Assert.Equal(expected, Export(["x", "y", .. Keys.Skip(3), "q", .. Keys.Take(3)], ["y", "q", "x"]));
            Assert.Equal(expected, Probe.Export(Probe.Import(expected)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Export_AnyNaN_SameBytes()
    {
        // 0/0 has its sign bit set on x64 and not on ARM; a NaN that was passed in keeps its payload.
        byte[] computed = ExportNumber(0.0);
        byte[] passed = ExportNumber(BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0123));
        Assert.Equal(computed, passed);
        Assert.NotEqual(ExportNumber(1.0), ExportNumber(-1.0));
    }

    [Theory]
    [InlineData("Dictionary<int, HashSet<string>>", "Value[1] = new(StringComparer.OrdinalIgnoreCase);")]
    [InlineData("List<SortedSet<string>>", "Value.Add(new(StringComparer.InvariantCulture));")]
    [InlineData("HashSet<string>", "Value = new(StringComparer.OrdinalIgnoreCase);")]
    [InlineData("List<SortedDictionary<int, int>>", "Value.Add(new(Comparer<int>.Create((x, y) => y - x)));")]
    [InlineData("List<ImmutableHashSet<string>>", "Value.Add(ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase));")]
    public void Export_ComparerThatAReaderWouldNotHave_RefusedInsteadOfLost(string type, string statement)
    {
        Exception thrown = ExportAfter(type, statement)!;
        Assert.IsType<MemoryPackSerializationException>(thrown);
        Assert.Contains("comparer", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dictionary<int, HashSet<string>>", "Value[1] = new(StringComparer.Ordinal);")]
    [InlineData("List<SortedSet<string>>", "Value.Add(new(StringComparer.Ordinal));")]
    [InlineData("HashSet<string>", "Value = new(StringComparer.Ordinal);")]
    [InlineData("List<SortedDictionary<int, int>>", "Value.Add(new());")]
    public void Export_ComparerThatAReaderHas_Written(string type, string statement) => Assert.Null(ExportAfter(type, statement));

    [Fact]
    public void Export_LocalDateTime_Refused() =>
        Assert.Contains("Local", ExportAfter("List<DateTime>", "Value.Add(new DateTime(1, DateTimeKind.Local));")!.Message, StringComparison.Ordinal);

    [Fact]
    public void Export_LoneSurrogate_Refused() =>
        Assert.IsAssignableFrom<ArgumentException>(ExportAfter("List<string>", "Value.Add(\"\\ud800\");"));

    private static Exception? ExportAfter(string type, string statement)
    {
        Assembly assembly = Consumer.Of($$"""
            [StateMachine]
            public sealed partial class Keeper
            {
                public {{type}} Value = new();

                [Command] public void Change() { {{statement}} }
            }
            """).Load();
        var probe = MachineProbe.Of(assembly, "Keeper");
        object machine = probe.Create();
        machine.GetType().GetMethod("Change")!.Invoke(machine, null);
        return Record.Exception(() => probe.Export(machine));
    }

    private static byte[] Export(IEnumerable<string> added, IEnumerable<string> removed)
    {
        object machine = Probe.Create();
        foreach (string key in added)
        {
            machine.GetType().GetMethod("Add")!.Invoke(machine, [key]);
        }

        foreach (string key in removed)
        {
            machine.GetType().GetMethod("Remove")!.Invoke(machine, [key]);
        }

        return Probe.Export(machine);
    }

    private static byte[] ExportNumber(double by)
    {
        object machine = Probe.Create();
        machine.GetType().GetMethod("Divide")!.Invoke(machine, [by]);
        return Probe.Export(machine);
    }
}
