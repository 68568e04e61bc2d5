using System.Runtime.CompilerServices;
using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Dike.Paxos.Tests.Scenarios;

public sealed class ScenarioTests
{
    /// <summary>Set to 1, the texts are written anew instead of compared: then read the diff.</summary>
    private const string UpdateVariable = "DIKE_SCENARIOS_UPDATE";

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder(), "*.txt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_Scenario_HappensAsWritten(string file)
    {
        string path = Path.Combine(Folder(), file);
        string expected = File.ReadAllText(path);
        string actual = ScenarioRunner.Run(expected);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(actual == expected.ReplaceLineEndings("\n"), Difference(file, expected, actual));
    }

    [Fact]
    public void Files_AreThere() => Assert.True(Files.Count >= 15, $"{Files.Count} scenarios found in {Folder()}");

    private static string Difference(string file, string expected, string actual)
    {
        var text = new StringBuilder($"{file} happened otherwise (set {UpdateVariable}=1 to write it anew):\n");
        foreach (DiffPiece piece in InlineDiffBuilder.Diff(expected, actual).Lines)
        {
            string mark = piece.Type switch
            {
                ChangeType.Inserted => "+ ",
                ChangeType.Deleted => "- ",
                _ => "  ",
            };
            text.Append(mark).Append(piece.Text).Append('\n');
        }

        return text.ToString();
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
