using System.Collections.Immutable;
using Dike.Analyzers.Catalogue;
using Dike.Analyzers.Engine;
using Dike.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Dike.Analyzers;

/// <summary>
/// Hosts the determinism rules: one engine per compilation, every handler, constructor and initializer of a machine explored from its own line.
/// Findings are reported at the end of the machine's type, never at the end of the compilation, so editors show them while one types.
/// Generated parts of a machine are followed but never reported in: nobody could fix them.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandlerDeterminismAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableArray<DeterminismRule> Rules =
    [
        DIKE0001_ClockInHandler.Rule, DIKE0002_RandomnessInHandler.Rule, DIKE0003_GuidInHandler.Rule, DIKE0004_InputOutputInHandler.Rule,
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [.. Rules.Select(rule => rule.Descriptor), DIKE0009_HandlerTooLarge.Descriptor];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
        context.RegisterCompilationStartAction(OnCompilationStart);
    }

    private static void OnCompilationStart(CompilationStartAnalysisContext context)
    {
        if (KnownTypes.TryCreate(context.Compilation) is not { } types)
        {
            return;
        }

        var engine = new DeterminismEngine(context.Compilation, types);
        context.RegisterSymbolStartAction(start => OnMachineStart(start, types, engine), SymbolKind.NamedType);
    }

    private static void OnMachineStart(SymbolStartAnalysisContext context, KnownTypes types, DeterminismEngine engine)
    {
        var machine = (INamedTypeSymbol)context.Symbol;
        if (!types.IsMachine(machine))
        {
            return;
        }

        context.RegisterOperationBlockAction(block => engine.Seed(block.OwningSymbol, block.OperationBlocks));
        context.RegisterSymbolEndAction(end =>
        {
            foreach (ISymbol root in Roots(machine, types))
            {
                Report(end, root, machine, engine.Explore(root, machine, end.CancellationToken));
            }
        });
    }

    /// <summary>Everything of a machine that replicas run by themselves: handlers, constructors, initializers, and what rebuilds transient members.</summary>
    private static IEnumerable<ISymbol> Roots(INamedTypeSymbol machine, KnownTypes types) => machine.GetMembers().Select(member => member switch
    {
        IMethodSymbol method when method.MethodKind == MethodKind.Constructor || IsOnRestored(method) || types.IsHandler(method) =>
            method.PartialImplementationPart ?? method,
        IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false } or IPropertySymbol { IsStatic: false } => member,
        _ => null,
    }).OfType<ISymbol>();

    private static bool IsOnRestored(IMethodSymbol method) => method is { Name: "OnRestored", Parameters.IsEmpty: true };

    private static void Report(SymbolAnalysisContext context, ISymbol root, INamedTypeSymbol machine, Exploration exploration)
    {
        string name = new PathWording(machine).NameOf(root);
        foreach (HandlerFinding finding in exploration.Findings)
        {
            DiagnosticDescriptor descriptor = Rules.First(rule => rule.Group == finding.Row.Group).Descriptor;
            DiagnosticSeverity severity = finding.Row.Verdict == Verdict.Warning && root is IMethodSymbol ? DiagnosticSeverity.Warning : descriptor.DefaultSeverity;
            context.ReportDiagnostic(Diagnostic.Create(
                descriptor, finding.Location, severity, finding.Steps, properties: null, name, finding.Path, finding.Row.Replacement));
        }

        if (exploration.IsCut)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                DIKE0009_HandlerTooLarge.Descriptor, root.Locations[0], name, DeterminismEngine.MaxBodiesPerHandler));
        }
    }
}
