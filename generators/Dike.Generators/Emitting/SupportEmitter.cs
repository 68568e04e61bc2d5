namespace Dike.Generators.Emitting;

/// <summary>Emits the small methods that codecs share, and of them only those that the machine's file uses.</summary>
internal static class SupportEmitter
{
    private static readonly (string Name, string Text)[] Methods =
    [
        ("RequireValue", RequireValue),
        ("WriteText", WriteText),
        ("ReadText", ReadText),
        ("WriteSorted", WriteSorted),
        ("RequireComparer", RequireComparer),
        ("RequireDepth", RequireDepth),
        ("TryReadMembers", TryReadMembers),
        ("TryReadLength", TryReadLength),
        ("WriteBytes", WriteBytes),
        ("ReadBytes", ReadBytes),
        ("ReadFlag", ReadFlag),
        ("Malformed", Malformed),
    ];

    /// <summary>Emits what <paramref name="text"/> calls, and what that calls: each method may use those behind it in the list.</summary>
    public static void Emit(CodeWriter writer, string text)
    {
        foreach ((string name, string method) in Methods)
        {
            if (text.Contains(name + "("))
            {
                writer.Line(method.Replace("{Writer}", GeneratedNames.Writer).Replace("{Reader}", GeneratedNames.Reader)).Line();
                text += method;
            }
        }
    }

    private const string RequireValue = """
        internal static T RequireValue<T>(T value, string parameter) =>
            value is not null
                ? value
                : throw new global::MemoryPack.MemoryPackSerializationException("The argument '" + parameter + "' is null, and its type does not allow that.");
        """;

    private const string WriteText = """
        internal static void WriteText(ref {Writer} writer, string value)
        {
            if (value is null)
            {
                writer.WriteUnmanaged(-1);
                return;
            }

            // Strict: a lone surrogate has no bytes in UTF-8 and throws here instead of changing silently.
            int length = StrictUtf8.GetByteCount(value);
            writer.WriteUnmanaged(length);
            if (length > 0)
            {
                StrictUtf8.GetBytes(value, global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref writer.GetSpanReference(length), length));
                writer.Advance(length);
            }
        }

        private static readonly global::System.Text.UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        """;

    private const string ReadText = """
        internal static string ReadText(ref {Reader} reader)
        {
            if (!TryReadLength(ref reader, 1, out int length))
            {
                return null;
            }

            if (length == 0)
            {
                return "";
            }

            var bytes = global::System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref reader.GetSpanReference(length), length);
            if (!global::System.Text.Unicode.Utf8.IsValid(bytes))
            {
                throw Malformed("UTF-8 text");
            }

            string value = global::System.Text.Encoding.UTF8.GetString(bytes);
            reader.Advance(length);
            return value;
        }
        """;

    private const string WriteSorted = """
        internal static void WriteSorted(ref {Writer} writer, global::System.ReadOnlySpan<byte> buffer, global::System.Collections.Generic.List<int> ends)
        {
            byte[] bytes = buffer.ToArray();
            var entries = new (int Start, int Length)[ends.Count];
            for (int index = 0, start = 0; index < entries.Length; index++)
            {
                entries[index] = (start, ends[index] - start);
                start = ends[index];
            }

            global::System.Array.Sort(entries, (left, right) => global::System.MemoryExtensions.SequenceCompareTo(
                new global::System.ReadOnlySpan<byte>(bytes, left.Start, left.Length),
                new global::System.ReadOnlySpan<byte>(bytes, right.Start, right.Length)));
            writer.WriteUnmanaged(entries.Length);
            foreach ((int start, int length) in entries)
            {
                WriteBytes(ref writer, new global::System.ReadOnlySpan<byte>(bytes, start, length));
            }
        }
        """;

    private const string RequireComparer = """
        internal static void RequireComparer(object actual, object expected, string type)
        {
            bool ordinal = global::System.Object.ReferenceEquals(actual, global::System.StringComparer.Ordinal)
                && expected is global::System.Collections.Generic.IEqualityComparer<string>;
            if (!ordinal && !actual.Equals(expected) && actual.GetType() != expected.GetType())
            {
                throw new global::MemoryPack.MemoryPackSerializationException(
                    "A " + type + " has the comparer " + actual + ", but a restored one would have " + expected
                    + ". Use the latter, or set the comparer where the state machine's constructor makes the collection.");
            }
        }
        """;

    private const string RequireDepth = """
        internal static void RequireDepth(int depth, string type)
        {
            if (depth >= 64)
            {
                throw new global::MemoryPack.MemoryPackSerializationException("Values of " + type + " are nested deeper than 64 levels, or contain themselves.");
            }
        }
        """;

    private const string TryReadMembers = """
        internal static bool TryReadMembers(ref {Reader} reader, int expected, string type)
        {
            byte count = reader.ReadUnmanaged<byte>();
            if (count == 255)
            {
                return false;
            }

            return count == expected ? true : throw Malformed(type);
        }
        """;

    private const string TryReadLength = """
        internal static bool TryReadLength(ref {Reader} reader, int minimumSize, out int length)
        {
            length = reader.ReadUnmanaged<int>();
            if (length == -1)
            {
                return false;
            }

            // Before anything is allocated: the bytes that remain bound what a hostile length can cost.
            return length >= 0 && (long)length * minimumSize <= reader.Remaining ? true : throw Malformed("length");
        }
        """;

    private const string WriteBytes = """
        internal static void WriteBytes(ref {Writer} writer, global::System.ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > 0)
            {
                bytes.CopyTo(global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref writer.GetSpanReference(bytes.Length), bytes.Length));
                writer.Advance(bytes.Length);
            }
        }
        """;

    private const string ReadBytes = """
        internal static void ReadBytes(ref {Reader} reader, global::System.Span<byte> bytes)
        {
            if (bytes.Length > 0)
            {
                global::System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref reader.GetSpanReference(bytes.Length), bytes.Length).CopyTo(bytes);
                reader.Advance(bytes.Length);
            }
        }
        """;

    private const string ReadFlag = """
        internal static bool ReadFlag(ref {Reader} reader)
        {
            byte flag = reader.ReadUnmanaged<byte>();
            return flag <= 1 ? flag == 1 : throw Malformed("bool");
        }
        """;

    private const string Malformed = """
        internal static global::MemoryPack.MemoryPackSerializationException Malformed(string what) =>
            new("The bytes are not what was written as " + what + ": they are damaged, or the two sides disagree about the contract.");
        """;
}
