namespace Dike.Generators.Tests.Codecs;

/// <summary>Every supported shape at least once; see the table in docs/state-machines.md.</summary>
internal static class ShapeCases
{
    /// <summary>The user types that the cases mention.</summary>
    public const string Types = """
        namespace Shapes;

        public enum Small : byte { One = 1, Two = 2 }
        public enum Wide : long { Far = 1L << 40 }
        public record Person(string Name, int Age);
        public record Wife(string Name, int Age, Person? Spouse) { public Small Kind { get; init; } public int Ignored => Age * 2; }
        public readonly record struct Point(int X, int Y);
        public struct Padded { public byte A; public long B; public bool C; }
        public class Settable { public string? Text { get; set; } public int Number { get; init; } public required Guid Id { get; set; } }
        public sealed class ReadOnly { public ReadOnly(int number, string text) { Number = number; Text = text; } public int Number { get; } public string Text { get; } }
        public class Base { public int First { get; set; } }
        public class Derived : Base { public int Second; }
        public sealed record Tree(int Value, Tree? Left, Tree? Right);
        public sealed record Forest(List<Forest> Trees);
        public record Box<T>(T Content);
        public class @class { public int @event { get; set; } public string @int = ""; }
        public static class Outer { public sealed record Person(double Weight); }
        """;

    public static IReadOnlyList<ShapeCase> All { get; } = [.. Scalars(), .. Collections(), .. UserTypes()];

    private static IEnumerable<ShapeCase> Scalars() =>
    [
        new("bool", "true", "01"),
        new("byte", "200", "C8"),
        new("sbyte", "-2", "FE"),
        new("short", "-2", "FEFF"),
        new("ushort", "65534", "FEFF"),
        new("char", "'ß'", "DF00"),
        new("int", "-2", "FEFFFFFF"),
        new("uint", "4294967294", "FEFFFFFF"),
        new("long", "1L << 40", "0000000000010000"),
        new("ulong", "ulong.MaxValue", "FFFFFFFFFFFFFFFF"),
        new("Int128", "-1", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"),
        new("UInt128", "UInt128.MaxValue - 1", "FEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"),
        new("Half", "(Half)1.5", "003E"),
        new("Half", "BitConverter.UInt16BitsToHalf(0x7E01)", "00FE"),
        new("float", "-0f", "00000080"),
        new("float", "BitConverter.UInt32BitsToSingle(0x7FC12345)", "0000C0FF"),
        new("double", "1.5", "000000000000F83F"),
        new("double", "-0d", "0000000000000080"),
        new("double", "BitConverter.UInt64BitsToDouble(0x7FF8000000000123)", "000000000000F8FF"),
        new("decimal", "-1.50m", "96000000000000000000000000000280"),
        new("string", "\"añ😀\"", "0700000061C3B1F09F9880"),
        new("string", "\"\"", "00000000"),
        new("string?", "null", "FFFFFFFF"),
        new("Guid", "new Guid(\"00112233-4455-6677-8899-aabbccddeeff\")", "33221100554477668899AABBCCDDEEFF"),
        new("DateTime", "new DateTime(1, DateTimeKind.Utc)", "010000000000000001"),
        new("DateTime", "new DateTime(2, DateTimeKind.Unspecified)", "020000000000000000"),
        new("DateTimeOffset", "new DateTimeOffset(36000000000, TimeSpan.FromHours(1))", "00000000000000003C00"),
        new("TimeSpan", "TimeSpan.FromTicks(-3)", "FDFFFFFFFFFFFFFF"),
        new("DateOnly", "DateOnly.FromDayNumber(258)", "02010000"),
        new("TimeOnly", "new TimeOnly(5)", "0500000000000000"),
        new("System.Numerics.BigInteger", "System.Numerics.BigInteger.Parse(\"-300\")", "02000000D4FE"),
        new("Uri", "new Uri(\"/a\", UriKind.Relative)", "020000002F61"),
        new("Version", "new Version(1, 2)", "03000000312E32"),
        new("int?", "7", "0107000000"),
        new("int?", "null", "00"),
        new("DateTimeOffset?", "DateTimeOffset.UnixEpoch"),
        new("Shapes.Small", "Shapes.Small.Two", "02"),
        new("Shapes.Wide", "Shapes.Wide.Far", "0000000000010000"),
        new("Shapes.Small?", "(Shapes.Small)77", "014D"),
    ];

    private static IEnumerable<ShapeCase> Collections() =>
    [
        new("byte[]", "[1, 2, 255]", "030000000102FF"),
        new("byte[]?", "null", "FFFFFFFF"),
        new("long[]", "[1, -1]", "020000000100000000000000FFFFFFFFFFFFFFFF"),
        new("char[]", "['a', 'b']", "0200000061006200"),
        new("double[]", "[double.NaN, -0d]", "02000000000000000000F8FF0000000000000080"),
        new("string[]", "[\"a\", \"\"]", "02000000010000006100000000"),
        new("int[][]", "[[1], []]", "02000000010000000100000000000000"),
        new("List<int>", "[3, 1]", "020000000300000001000000"),
        new("List<string?>", "[null, \"x\"]", "02000000FFFFFFFF0100000078"),
        new("Queue<short>", "new([1, 2])", "0200000001000200"),
        new("Stack<short>", "new([1, 2])", "0200000001000200"),
        new("HashSet<int>", "[300, 2, 1]", "0300000001000000020000002C010000"),
        new("SortedSet<string>", "new(StringComparer.Ordinal) { \"b\", \"a\" }", "0200000001000000610100000062"),
        new("Dictionary<string, int>", "new() { [\"b\"] = 1, [\"a\"] = 2 }", "02000000010000006102000000010000006201000000"),
        new("Dictionary<int, List<string>>", "new() { [5] = [\"x\"], [4] = [] }"),
        new("SortedDictionary<int, bool>", "new() { [2] = true, [1] = false }", "0200000001000000000200000001"),
        new("ImmutableArray<int>", "[1, 2]", "020000000100000002000000"),
        new("ImmutableArray<int>", "default", "FFFFFFFF"),
        new("ImmutableList<string>", "[\"a\"]", "010000000100000061"),
        new("ImmutableHashSet<string>", "[\"b\", \"a\"]", "0200000001000000610100000062"),
        new("ImmutableSortedSet<int>", "[2, 1]", "020000000100000002000000"),
        new("ImmutableDictionary<string, int>", "ImmutableDictionary<string, int>.Empty.Add(\"b\", 1).Add(\"a\", 2)"),
        new("ImmutableSortedDictionary<int, string>", "ImmutableSortedDictionary<int, string>.Empty.Add(2, \"b\").Add(1, \"a\")"),
        new("IReadOnlyList<int>", "new List<int> { 4, 5 }", "020000000400000005000000"),
        new("KeyValuePair<int, string>", "new(1, \"a\")", "010000000100000061"),
        new("(int, string)", "(1, \"a\")", "010000000100000061"),
        new("(byte A, (byte B, byte C) D)", "(1, (2, 3))", "010203"),
        new("(byte, byte, byte, byte, byte, byte, byte, byte, byte)", "(1, 2, 3, 4, 5, 6, 7, 8, 9)", "010203040506070809"),
        new("ValueTuple<int>", "new(9)", "09000000"),
        new("List<(string Name, int[] Values)?>", "[(\"a\", [1, 2]), null]"),
        new("Dictionary<Guid, HashSet<(int, string)>>", "new() { [Guid.Empty] = [(2, \"b\"), (1, \"a\")] }"),
        new("Dictionary<DateOnly, decimal?>", "new() { [DateOnly.MaxValue] = null, [DateOnly.MinValue] = 1.0m }"),
    ];

    private static IEnumerable<ShapeCase> UserTypes() =>
    [
        new("Shapes.Person", "new(\"a\", 1)", "02010000000100000061"),
        new("Shapes.Person?", "null", "FF"),
        new("Shapes.Wife", "new(\"a\", 1, new Shapes.Person(\"b\", 2)) { Kind = Shapes.Small.One }"),
        new("Shapes.Point", "new(1, 2)", "0100000002000000"),
        new("Shapes.Point?", "new Shapes.Point(1, 2)", "010100000002000000"),
        new("Shapes.Padded", "new() { A = 1, B = 2, C = true }", "01020000000000000001"),
        new("Shapes.Settable", "new() { Text = \"t\", Number = 1, Id = Guid.Empty }"),
        new("Shapes.ReadOnly", "new(3, \"x\")", "02030000000100000078"),
        new("Shapes.Derived", "new() { First = 1, Second = 2 }", "020100000002000000"),
        new("Shapes.Tree", "new(1, new(2, null, null), null)", "0303FFFF02000000FF01000000"),
        new("Shapes.Forest", "new([new([]), new([new([])])])"),
        new("Shapes.Box<Shapes.Box<int>>", "new(new(1))", "010101000000"),
        new("Shapes.Box<Shapes.Outer.Person>", "new(new(1.5))"),
        new("Shapes.@class", "new() { @event = 1, @int = \"x\" }", "02010000000100000078"),
        new("List<Shapes.Point>[]", "[[new(1, 2)], []]"),
        new("Dictionary<Shapes.Point, Shapes.Person>", "new() { [new(2, 1)] = new(\"b\", 1), [new(1, 2)] = new(\"a\", 2) }"),
    ];
}
