using System.Globalization;
using System.Text;

namespace ArithmeticSample;

/// <summary>
/// Reads scripts: lines <c>KEY OP [N]</c>, separated by white space. <c>#</c> at the start of a line, or after white space behind the operation, starts a comment.
/// A whole script is read before anything of it is executed.
/// </summary>
internal static class ScriptParser
{
    private const int MaxKeyBytes = 512;

    private const string Form = "KEY OP [N], where OP is add, sub, mult or div followed by a whole number, or read without one";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a script.</summary>
    /// <param name="source">Where the script comes from, for messages.</param>
    /// <param name="script">The script in UTF-8.</param>
    /// <returns>Its operations, in order.</returns>
    /// <exception cref="MalformedScriptException">A line is not of the form.</exception>
    public static IReadOnlyList<Operation> Parse(string source, ReadOnlySpan<byte> script)
    {
        var operations = new List<Operation>();
        int number = 0;
        foreach (Range range in script.Split((byte)'\n'))
        {
            number++;
            if (ParseLine(source, number, Decode(source, number, script[range])) is { } operation)
            {
                operations.Add(operation);
            }
        }

        return operations;
    }

    /// <summary>The text of one line. A byte order mark before the first line is no part of it.</summary>
    /// <exception cref="MalformedScriptException">The bytes are no UTF-8.</exception>
    public static string Decode(string source, int number, ReadOnlySpan<byte> line)
    {
        bool isMarked = number == 1 && line.StartsWith(Encoding.UTF8.Preamble);
        try
        {
            return StrictUtf8.GetString(isMarked ? line[Encoding.UTF8.Preamble.Length..] : line);
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedScriptException(source, number, "UTF-8", "other bytes");
        }
    }

    /// <summary>Reads one line; null if it holds none: it is empty or a comment.</summary>
    /// <exception cref="MalformedScriptException">The line is not of the form.</exception>
    public static Operation? ParseLine(string source, int number, string line)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#'))
        {
            return null;
        }

        int comment = Array.FindIndex(words, word => word.StartsWith('#'));
        return ParseWords(source, number, comment < 0 ? words : words[..comment]);
    }

    private static Operation ParseWords(string source, int number, string[] words)
    {
        string key = words[0];
        if (InvalidKey(key) is { } reason)
        {
            throw new MalformedScriptException(source, number, $"a key of 1 to {MaxKeyBytes} bytes of UTF-8", reason);
        }

        OperationKind kind = (words.Length > 1 ? words[1] : "") switch
        {
            "add" => OperationKind.Add,
            "sub" => OperationKind.Sub,
            "mult" => OperationKind.Mult,
            "div" => OperationKind.Div,
            "read" => OperationKind.Read,
            _ => throw new MalformedScriptException(source, number, Form, $"'{string.Join(' ', words)}'"),
        };
        if (words.Length != (kind == OperationKind.Read ? 2 : 3))
        {
            throw new MalformedScriptException(source, number, Form, $"'{string.Join(' ', words)}'");
        }

        return new Operation(key, kind, kind == OperationKind.Read ? 0 : Number(source, number, words[2]));
    }

    private static long Number(string source, int number, string word) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new MalformedScriptException(
                source, number, string.Create(CultureInfo.InvariantCulture, $"a whole number from {long.MinValue} to {long.MaxValue}"), $"'{word}'");

    private static string? InvalidKey(string key)
    {
        try
        {
            int bytes = StrictUtf8.GetByteCount(key);
            return bytes <= MaxKeyBytes ? null : string.Create(CultureInfo.InvariantCulture, $"one of {bytes} bytes");
        }
        catch (EncoderFallbackException)
        {
            // A lone surrogate: only a line typed in the process can hold one, bytes were decoded strictly.
            return "one with a lone surrogate";
        }
    }
}
