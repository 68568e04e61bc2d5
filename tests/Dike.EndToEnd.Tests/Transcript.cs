using System.Text.RegularExpressions;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Dike.EndToEnd.Tests;

/// <summary>Compares two transcripts of the main job in everything but what differs from run to run: who leads, seeds, hashes, slots, rates.</summary>
internal static partial class Transcript
{
    /// <summary>Replaces what differs from run to run by a name for it.</summary>
    public static string Normalize(string transcript)
    {
        IEnumerable<string> lines = transcript.ReplaceLineEndings("\n").Split('\n').Select(line =>
        {
            string text = Rule().Replace(Spaces().Replace(line.TrimEnd(), " "), "─");
            text = Leader().Replace(text, "${row}NODE │");
            text = Lost().Replace(text, "NODE ${rest}");
            text = Replica().Replace(text, "│ NODE │ SLOT │ HASH │");
            text = Measured().Replace(text, "│ ${what} │ MEASURED │");
            return Seed().Replace(text, "--seed SEED");
        });
        return string.Join('\n', lines);
    }

    /// <summary>Fails with the lines that differ.</summary>
    public static void AssertSame(string expected, string actual)
    {
        SideBySideDiffModel diff = SideBySideDiffBuilder.Diff(Normalize(expected), Normalize(actual));
        string[] lines =
        [
            .. diff.OldText.Lines.Where(line => line.Type is ChangeType.Deleted or ChangeType.Modified).Select(line => "- " + line.Text),
            .. diff.NewText.Lines.Where(line => line.Type is ChangeType.Inserted or ChangeType.Modified).Select(line => "+ " + line.Text),
        ];
        Assert.True(lines.Length == 0, "The transcript of the README is not what the program prints:\n" + string.Join('\n', lines) + "\n\nThe program printed:\n" + actual);
    }

    [GeneratedRegex(@"─+")]
    private static partial Regex Rule();

    [GeneratedRegex(@" +")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^(?<row>│ Arithmetic │ \d+ │ [^│]+ │ )node-\d │$")]
    private static partial Regex Leader();

    [GeneratedRegex(@"^node-\d (?<rest>(?:led|was started) .*)$")]
    private static partial Regex Lost();

    [GeneratedRegex(@"^│ node-\d │ [\d,]+ │ [0-9a-f]{16,} │$")]
    private static partial Regex Replica();

    [GeneratedRegex(@"^│ (?<what>of these rejected|operations per second|latency p50|latency p99) │ [\d,.]+(?: ms)? │$")]
    private static partial Regex Measured();

    [GeneratedRegex(@"--seed \d+")]
    private static partial Regex Seed();
}
