using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Basic.Reference.Assemblies;
using MemoryPack;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Generators.Tests.Consumers;

/// <summary>
/// A user's project: source files compiled with the generator under warnings as errors, and, when asked, loaded and run.
/// </summary>
internal sealed class Consumer
{
    public static readonly CSharpParseOptions ParseOptions =
        CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14).WithDocumentationMode(DocumentationMode.Diagnose);

    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Collections.Immutable;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Dike;
        """;

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. Net100.References.All,
        MetadataReference.CreateFromFile(typeof(IDikeClient).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(MemoryPackReader).Assembly.Location),
    ];

    private readonly CSharpCompilation _output;

    private Consumer(GeneratorDriverRunResult result, CSharpCompilation output)
    {
        Result = result;
        _output = output;
        Problems = [.. output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
    }

    public GeneratorDriverRunResult Result { get; }

    /// <summary>Warnings and errors of the user's code and the generated code together.</summary>
    public ImmutableArray<Diagnostic> Problems { get; }

    /// <summary>The generated files by hint name.</summary>
    public IReadOnlyDictionary<string, string> Files =>
        Result.Results.Single().GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString());

    public static CSharpCompilation Compile(params string[] sources)
    {
        // CS1591: test machines are not documented; generated members are covered by their own pragma in any case.
        // CS1701: MemoryPack is built for an older runtime; the SDK leaves this warning out too.
        CSharpCompilationOptions options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
            .WithNullableContextOptions(NullableContextOptions.Enable)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Error)
            .WithWarningLevel(9999)
            .WithSpecificDiagnosticOptions([new("CS1591", ReportDiagnostic.Suppress), new("CS1701", ReportDiagnostic.Suppress)]);
        IEnumerable<SyntaxTree> trees = sources.Prepend(Usings).Select((source, index) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"File{index}.cs"));
        return CSharpCompilation.Create("Consumer", trees, References, options);
    }

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new DikeGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static Consumer Of(params string[] sources)
    {
        GeneratorDriver driver = Driver().RunGeneratorsAndUpdateCompilation(
            Compile(sources), out Compilation output, out ImmutableArray<Diagnostic> reported, TestContext.Current.CancellationToken);
        Assert.Empty(reported);
        GeneratorDriverRunResult result = driver.GetRunResult();
        Assert.Null(result.Results.Single().Exception);
        return new Consumer(result, (CSharpCompilation)output);
    }

    /// <summary>The only generated file.</summary>
    public string SingleFile() => Assert.Single(Files).Value;

    /// <summary>Fails with the diagnostics and the lines they stand on.</summary>
    public void AssertClean() => Assert.True(
        Problems.IsEmpty,
        string.Join('\n', Problems.Take(20).Select(problem => $"{problem}\n    {problem.Location.SourceTree?.GetText().Lines[problem.Location.GetLineSpan().StartLinePosition.Line]}")));

    /// <summary>Compiles, expecting no warning, and loads the assembly.</summary>
    public Assembly Load()
    {
        AssertClean();
        using var image = new MemoryStream();
        Assert.True(_output.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        image.Position = 0;
        return new AssemblyLoadContext("Consumer", isCollectible: true).LoadFromStream(image);
    }
}
