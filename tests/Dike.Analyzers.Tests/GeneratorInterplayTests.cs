using System.Collections.Immutable;
using Dike.Analyzers.Tests.Verification;
using Dike.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Analyzers.Tests;

/// <summary>In a user's build the analyzers see what the generator made: it must neither be reported nor change what is.</summary>
public sealed class GeneratorInterplayTests
{
    [Theory]
    [InlineData("private long value; [Command] public Reply<long> Add(long n) => value += n; [Query] public long Read() => value;")]
    [InlineData("private readonly Dictionary<string, List<Guid>> map = new(); [Command] public void Put(string key, CommandContext context) => map[key] = [context.NewGuid()];")]
    [InlineData("private DateTimeOffset at; [Command] public Reply At(CommandContext context) { at = context.Time; return Reply.Done.Then(r => Console.WriteLine(DateTime.Now)); }")]
    public async Task CleanMachine_WithItsGeneratedPart_IsQuiet(string members) => Assert.Empty(await GenerateAndAnalyzeAsync(members));

    [Fact]
    public async Task FaultyHandler_IsReportedOnceBesideGeneratedCode()
    {
        ImmutableArray<Diagnostic> diagnostics = await GenerateAndAnalyzeAsync("private long at; [Command] public void Bid() => at = DateTime.UtcNow.Ticks;");
        Assert.Equal("DIKE0001", Assert.Single(diagnostics).Id);
    }

    private static async Task<ImmutableArray<Diagnostic>> GenerateAndAnalyzeAsync(string members)
    {
        CSharpCompilation compilation = AnalyzerRun.Compile(Verify.InMachine(members));
        CSharpGeneratorDriver.Create([new DikeGenerator().AsSourceGenerator()], parseOptions: AnalyzerRun.Parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out ImmutableArray<Diagnostic> diagnostics, TestContext.Current.CancellationToken);
        Assert.Empty(diagnostics);
        Assert.True(generated.SyntaxTrees.Count() > 1, "The generator made nothing.");
        Assert.Empty(generated.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return await AnalyzerRun.DiagnosticsAsync((CSharpCompilation)generated);
    }
}
