using System.Collections.Immutable;
using Dike.Analyzers.Rules;
using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Dike.Analyzers;

/// <summary>
/// Hosts the shape rules: says what the generator silently refuses. It reads the generator's own description of a machine, so a class without
/// a diagnostic here is one the generator serves, and each fault gets one diagnostic instead of a cascade of compiler errors.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MachineShapeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        DIKE0010_MachineMustBePartial.Descriptor, DIKE0011_AsyncHandler.Descriptor, DIKE0012_TypeNotSerializable.Descriptor,
        DIKE0013_HandlerSignature.Descriptor, DIKE0014_MachineClass.Descriptor,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownTypes.TryCreate(start.Compilation) is { } types)
            {
                start.RegisterSymbolAction(symbol => OnType(symbol, types), SymbolKind.NamedType);
            }
        });
    }

    private static void OnType(SymbolAnalysisContext context, KnownTypes types)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (types.MachineAttribute(type) is not { } attribute)
        {
            return;
        }

        var machine = MachineShape.Of(type, attribute, context.Compilation);
        foreach (Diagnostic fault in Check(machine))
        {
            context.ReportDiagnostic(fault);
        }
    }

    private static IEnumerable<Diagnostic> Check(MachineShape machine)
    {
        IEnumerable<Diagnostic> ofClass = DIKE0014_MachineClass.Check(machine);

        // Handlers of a static class or a struct are faulty only because the class is.
        return machine.Type.IsStatic || machine.Type.TypeKind != TypeKind.Class
            ? ofClass
            : ofClass
                .Concat(DIKE0010_MachineMustBePartial.Check(machine))
                .Concat(DIKE0011_AsyncHandler.Check(machine))
                .Concat(DIKE0012_TypeNotSerializable.Check(machine))
                .Concat(DIKE0013_HandlerSignature.Check(machine));
    }
}
