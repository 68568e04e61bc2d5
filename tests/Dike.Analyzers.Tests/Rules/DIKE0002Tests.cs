using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0002Tests
{
    [Fact]
    public Task Handler_DrawsRandom_IsFlagged() => Verify.MachineAsync("""
        private int roll;
        [Command] public void Roll() => roll = {|DIKE0002:Random.Shared|}.Next(6) + {|DIKE0002:new Random()|}.Next(6);
        """);

    [Fact]
    public Task Handler_DrawsFromContext_IsQuiet() => Verify.MachineAsync("""
        private int roll;
        [Command] public void Roll(CommandContext context) => roll = context.Random.Next(6);
        """);

    [Fact]
    public Task Handler_ShufflesWithLinq_IsFlagged() => Verify.MachineAsync("""
        private int[] cards = [1, 2, 3];
        [Command] public void Deal() => cards = {|DIKE0002:cards.Shuffle()|}.ToArray();
        """);

    [Fact]
    public Task Handler_MakesKey_IsFlagged() => Verify.MachineAsync("""
        private byte[] key = [];
        [Command] public void Make() => key = {|DIKE0002:System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)|};
        """);

    [Fact]
    public async Task SeededRandom_InHandler_IsWarning()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Verify.InMachine(
            "private int roll; [Command] public void Roll() => roll = new Random(42).Next(6);")));
        Assert.Equal(("DIKE0002", DiagnosticSeverity.Warning), (diagnostic.Id, diagnostic.Severity));
    }

    [Fact]
    public async Task SeededRandom_AsField_IsError()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Verify.InMachine("[Transient] private readonly Random random = new(42);")));
        Assert.Equal(("DIKE0002", DiagnosticSeverity.Error), (diagnostic.Id, diagnostic.Severity));
    }
}
