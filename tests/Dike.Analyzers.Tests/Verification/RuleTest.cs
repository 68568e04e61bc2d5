using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Dike.Analyzers.Tests.Verification;

/// <summary>
/// Runs all rules over marked-up source, so that every expected diagnostic is there and no other. Members are put into a machine by
/// <see cref="Verify.InMachine"/>.
/// </summary>
internal sealed class RuleTest<TFix> : CSharpCodeFixTest<HandlerDeterminismAnalyzer, TFix, DefaultVerifier>
    where TFix : CodeFixProvider, new()
{
    public RuleTest(string source, string? fixedSource = null)
    {
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        TestState.AdditionalReferences.AddRange(References.All);
        TestState.Sources.Add(source);
        if (fixedSource is not null)
        {
            FixedState.Sources.Add(fixedSource);
        }
    }

    protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => [new HandlerDeterminismAnalyzer(), new MachineShapeAnalyzer()];
}
