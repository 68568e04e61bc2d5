using System.Text;
using Dike.Analyzers.Engine;
using Dike.Analyzers.Tests.Verification;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Tests.Rules;

public sealed class DIKE0009Tests
{
    [Fact]
    public async Task Handler_BeyondBudget_IsSaidToBeUnchecked()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Chain(DeterminismEngine.MaxBodiesPerHandler + 5)));
        Assert.Equal(("DIKE0009", DiagnosticSeverity.Info), (diagnostic.Id, diagnostic.Severity));
    }

    [Fact]
    public async Task Handler_WithinBudget_IsCheckedToItsEnd()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Chain(DeterminismEngine.MaxBodiesPerHandler - 1)));
        Assert.Equal("DIKE0001", diagnostic.Id);
    }

    private static string Chain(int length)
    {
        var methods = new StringBuilder("private long at; [Command] public void Bid() => at = M1();\n");
        for (int index = 1; index < length; index++)
        {
            methods.Append(System.Globalization.CultureInfo.InvariantCulture, $"static long M{index}() => M{index + 1}();\n");
        }

        methods.Append(System.Globalization.CultureInfo.InvariantCulture, $"static long M{length}() => Environment.TickCount64;\n");
        return Verify.InMachine(methods.ToString());
    }
}
