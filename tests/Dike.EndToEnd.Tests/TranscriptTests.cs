using System.Text.RegularExpressions;
using ArithmeticSample;

namespace Dike.EndToEnd.Tests;

/// <summary>The main job, and that the README shows what it prints.</summary>
public sealed partial class TranscriptTests
{
    private static string ReadmeTranscript =>
        Block().Match(File.ReadAllText(Path.Combine(SampleProcess.Root, "README.md"))) is { Success: true } match
            ? match.Groups["text"].Value
            : throw new InvalidOperationException("README.md has no ```text block with a transcript.");

    [Fact]
    public async Task Run_WithoutArguments_PrintsTheTranscriptOfTheReadme()
    {
        SampleRun run = await SampleProcess.RunAsync("");

        Assert.True(run.ExitCode == ExitCode.Done, $"exit code {run.ExitCode}\n{run.Error}\n{run.Output}");
        Transcript.AssertSame(ReadmeTranscript, run.Output);
        Assert.Contains("load: 5,000 of 5,000 operations", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public async Task Run_OnFewerNodes_EndsWithAgreement(string nodes)
    {
        var terminal = new RecordedTerminal();

        int code = await terminal.RunAsync("--nodes", nodes, "--partitions", "4", "--seed", "7");

        Assert.True(code == ExitCode.Done, terminal.Error + terminal.Output);
        Assert.Contains("somekey add 1 = 9", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("--seed 7 repeats them", terminal.Output, StringComparison.Ordinal);
        Assert.Matches(@"│ errors +│ +0 │", terminal.Output);
        Assert.Matches($@"│ replicas compared +│ +{4 * int.Parse(nodes, System.Globalization.CultureInfo.InvariantCulture)} │", terminal.Output);
        Assert.Matches(@"│ replicas not compared +│ +0 │", terminal.Output);
        Assert.Matches(@"│ differences +│ +0 │", terminal.Output);
    }

    [Fact]
    public void Normalize_WhatVaries_IsNamedAndTheRestIsKept()
    {
        const string Run =
            """
            node-4 led partition 7, the group of somekey.
            │ Arithmetic │ 7         │ node-3, node-4 │ node-4 │
            │ node-3  │ 1,012 │ 0123456789abcdef0123456789abcdef │
            │ operations per second │ 2,345 │
            │ errors                │     0 │
            (--seed 17 repeats them)
            """;

        Assert.Equal(
            """
            NODE led partition 7, the group of somekey.
            │ Arithmetic │ 7 │ node-3, node-4 │ NODE │
            │ NODE │ SLOT │ HASH │
            │ operations per second │ MEASURED │
            │ errors │ 0 │
            (--seed SEED repeats them)
            """.ReplaceLineEndings("\n"),
            Transcript.Normalize(Run));
    }

    [Fact]
    public void AssertSame_OtherResult_Fails() =>
        Assert.Contains("+ somekey add 1 = 10", Record.Exception(() => Transcript.AssertSame("somekey add 1 = 9", "somekey add 1 = 10"))!.Message, StringComparison.Ordinal);

    [GeneratedRegex(@"^```text\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
