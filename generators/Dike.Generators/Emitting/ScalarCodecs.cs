using System.Globalization;

namespace Dike.Generators.Emitting;

/// <summary>
/// The bodies of the scalar codecs. Little-endian throughout. Equal values give equal bytes: a NaN is always the same one, a date keeps its kind
/// but may not be local, text is strict UTF-8. What a reader accepts is checked: any other bytes are malformed, never a broken value.
/// </summary>
internal static class ScalarCodecs
{
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.Ordinal)
    {
        ["Byte"] = "byte",
        ["SByte"] = "sbyte",
        ["Int16"] = "short",
        ["UInt16"] = "ushort",
        ["Char"] = "char",
        ["Int32"] = "int",
        ["UInt32"] = "uint",
        ["Int64"] = "long",
        ["UInt64"] = "ulong",
        ["Int128"] = "global::System.Int128",
        ["UInt128"] = "global::System.UInt128",
        ["Half"] = "global::System.Half",
        ["Single"] = "float",
        ["Double"] = "double",
        ["Guid"] = "global::System.Guid",
    };

    public static string Write(string scalar) => scalar switch
    {
        "Boolean" => "writer.WriteUnmanaged(value ? (byte)1 : (byte)0);",
        // Which NaN a computation yields depends on the processor, so there is one NaN on the wire.
        "Half" or "Single" or "Double" => $"writer.WriteUnmanaged({Keywords[scalar]}.IsNaN(value) ? {Keywords[scalar]}.NaN : value);",
        "Decimal" => WriteDecimal,
        "String" => "WriteText(ref writer, value);",
        "DateTime" => WriteDateTime,
        "DateTimeOffset" => "writer.WriteUnmanaged(value.UtcTicks);\nwriter.WriteUnmanaged((short)value.TotalOffsetMinutes);",
        "TimeSpan" or "TimeOnly" => "writer.WriteUnmanaged(value.Ticks);",
        "DateOnly" => "writer.WriteUnmanaged(value.DayNumber);",
        "BigInteger" => "byte[] bytes = value.ToByteArray();\nwriter.WriteUnmanaged(bytes.Length);\nWriteBytes(ref writer, bytes);",
        "Uri" => "WriteText(ref writer, value?.OriginalString);",
        "Version" => "WriteText(ref writer, value?.ToString());",
        _ => "writer.WriteUnmanaged(value);",
    };

    public static string Read(string scalar) => scalar switch
    {
        "Boolean" => "return ReadFlag(ref reader);",
        "Half" or "Single" or "Double" => ReadFloat(Keywords[scalar]),
        "Decimal" => ReadDecimal,
        "String" => "return ReadText(ref reader);",
        "DateTime" => ReadDateTime,
        "DateTimeOffset" => ReadDateTimeOffset,
        "TimeSpan" => "return new global::System.TimeSpan(reader.ReadUnmanaged<long>());",
        "DateOnly" => ReadChecked("int", "global::System.DateOnly.MaxValue.DayNumber", "uint", "global::System.DateOnly.FromDayNumber(value)", "date"),
        "TimeOnly" => ReadChecked("long", "global::System.TimeOnly.MaxValue.Ticks", "ulong", "new global::System.TimeOnly(value)", "time of day"),
        "BigInteger" => ReadBigInteger,
        "Uri" => ReadUri,
        "Version" => ReadVersion,
        _ => $"return reader.ReadUnmanaged<{Keywords[scalar]}>();",
    };

    private static string ReadFloat(string type) => $"{type} value = reader.ReadUnmanaged<{type}>();\nreturn {type}.IsNaN(value) ? {type}.NaN : value;";

    private static string ReadChecked(string type, string greatest, string unsigned, string result, string what) => string.Format(
        CultureInfo.InvariantCulture,
        "{0} value = reader.ReadUnmanaged<{0}>();\nreturn ({2})value <= ({2}){1} ? {3} : throw Malformed(\"{4}\");",
        type,
        greatest,
        unsigned,
        result,
        what);

    private const string WriteDecimal = """
        global::System.Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        writer.WriteUnmanaged(parts[0]);
        writer.WriteUnmanaged(parts[1]);
        writer.WriteUnmanaged(parts[2]);
        writer.WriteUnmanaged(parts[3]);
        """;

    private const string ReadDecimal = """
        int low = reader.ReadUnmanaged<int>();
        int middle = reader.ReadUnmanaged<int>();
        int high = reader.ReadUnmanaged<int>();
        int flags = reader.ReadUnmanaged<int>();
        int scale = (flags >> 16) & 0xFF;
        return (flags & 0x7F00FFFF) == 0 && scale <= 28
            ? new decimal(low, middle, high, flags < 0, (byte)scale)
            : throw Malformed("decimal");
        """;

    private const string WriteDateTime = """
        if (value.Kind == global::System.DateTimeKind.Local)
        {
            throw new global::MemoryPack.MemoryPackSerializationException(
                "A DateTime of kind Local means another instant on another machine; use Utc, or DateTimeOffset.");
        }

        writer.WriteUnmanaged(value.Ticks);
        writer.WriteUnmanaged((byte)value.Kind);
        """;

    private const string ReadDateTime = """
        long ticks = reader.ReadUnmanaged<long>();
        byte kind = reader.ReadUnmanaged<byte>();
        return (ulong)ticks <= (ulong)global::System.DateTime.MaxValue.Ticks && kind <= (byte)global::System.DateTimeKind.Utc
            ? new global::System.DateTime(ticks, (global::System.DateTimeKind)kind)
            : throw Malformed("DateTime");
        """;

    private const string ReadDateTimeOffset = """
        long ticks = reader.ReadUnmanaged<long>();
        short minutes = reader.ReadUnmanaged<short>();
        long local = unchecked(ticks + (minutes * global::System.TimeSpan.TicksPerMinute));
        return (ulong)ticks <= (ulong)global::System.DateTime.MaxValue.Ticks
            && (ulong)local <= (ulong)global::System.DateTime.MaxValue.Ticks
            && minutes is >= -840 and <= 840
                ? new global::System.DateTimeOffset(local, new global::System.TimeSpan(minutes * global::System.TimeSpan.TicksPerMinute))
                : throw Malformed("DateTimeOffset");
        """;

    private const string ReadBigInteger = """
        if (!TryReadLength(ref reader, 1, out int length) || length == 0)
        {
            throw Malformed("BigInteger");
        }

        byte[] bytes = new byte[length];
        ReadBytes(ref reader, bytes);
        return new global::System.Numerics.BigInteger(bytes);
        """;

    private const string ReadUri = """
        string text = ReadText(ref reader);
        if (text is null)
        {
            return null;
        }

        return global::System.Uri.TryCreate(text, global::System.UriKind.RelativeOrAbsolute, out global::System.Uri value) ? value : throw Malformed("Uri");
        """;

    private const string ReadVersion = """
        string text = ReadText(ref reader);
        if (text is null)
        {
            return null;
        }

        return global::System.Version.TryParse(text, out global::System.Version value) ? value : throw Malformed("Version");
        """;
}
