using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Dike.Analyzers.Tests.Verification;

/// <summary>Compiles source and runs all rules over it, for tests that look at many inputs or at the diagnostics themselves.</summary>
internal static class AnalyzerRun
{
    public static readonly CSharpParseOptions Parse = new(LanguageVersion.CSharp14);

    public static CSharpCompilation Compile(params IEnumerable<string> sources) => Compile(References.All, sources);

    public static CSharpCompilation Compile(IEnumerable<MetadataReference> references, IEnumerable<string> sources) => CSharpCompilation.Create(
        "Machines",
        sources.Select((source, index) => CSharpSyntaxTree.ParseText(source, Parse, $"File{index}.cs")),
        references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The diagnostics of the rules; a compiler error or a failed analyzer fails the test.</summary>
    public static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(params IEnumerable<string> sources)
    {
        CSharpCompilation compilation = Compile(sources);
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return await DiagnosticsAsync(compilation);
    }

    public static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(CSharpCompilation compilation)
    {
        var failures = new ConcurrentQueue<string>();
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            (exception, analyzer, _) => failures.Enqueue($"{analyzer}: {exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        CompilationWithAnalyzers run = compilation.WithAnalyzers([new HandlerDeterminismAnalyzer(), new MachineShapeAnalyzer()], options);
        ImmutableArray<Diagnostic> diagnostics = await run.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Empty(failures);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Id == "AD0001");
        return diagnostics;
    }
}
