using System.Globalization;
using Dike.Testing.Checkers;

namespace Dike.Testing.Tests.Checkers;

/// <summary>
/// Histories as text, calls separated by semicolons: <c>1 Add a 5 = 5 @10-20</c> is client 1, method, key, argument, end, times. An end is <c>= value</c> or a name of
/// <see cref="OperationEnd"/>, then perhaps <c>/slot</c>; <c>Read~50</c> is a query at most 50 µs stale, <c>Read~</c> a local one; an open call has no second time.
/// Operations are numbered from 1 in the order of the text, and the number is the sequence of the command's id.
/// </summary>
internal static class HistoryText
{
    public static Operation[] Parse(string text) =>
        [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select((call, index) => ParseCall(call, index + 1))];

    private static Operation ParseCall(string text, int number)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int client = (int)Number(words[0]);
        (string method, OperationKind kind, long staleness) = ParseMethod(words[1]);
        int next = 3;
        long argument = kind == OperationKind.Command ? Number(words[next++]) : 0;
        OperationEnd end = words[next] == "=" ? OperationEnd.Done : Enum.Parse<OperationEnd>(words[next], ignoreCase: true);
        long value = end == OperationEnd.Done ? Number(words[++next]) : 0;
        next++;
        long slot = words[next][0] == '/' ? Number(words[next++][1..]) : 0;
        string[] times = words[next][1..].Split('-');
        CommandId? id = kind == OperationKind.Command ? new CommandId(1, (ulong)client, (ulong)number) : null;
        return new Operation(
            number, client, kind, words[2], method, argument, id, Number(times[0]), times.Length == 1 ? long.MaxValue : Number(times[1]), end, value, slot, staleness);
    }

    private static (string Method, OperationKind Kind, long Staleness) ParseMethod(string word)
    {
        int mark = word.IndexOf('~', StringComparison.Ordinal);
        return word switch
        {
            "Read" => (word, OperationKind.LinearizableQuery, 0),
            "Reject" => (nameof(ModelMethod.RejectAfterWrite), OperationKind.Command, 0),
            "Throw" => (nameof(ModelMethod.ThrowAfterWrite), OperationKind.Command, 0),
            _ when mark < 0 => (word, OperationKind.Command, 0),
            _ when mark == word.Length - 1 => (word[..mark], OperationKind.LocalQuery, 0),
            _ => (word[..mark], OperationKind.BoundedQuery, Number(word[(mark + 1)..])),
        };
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
