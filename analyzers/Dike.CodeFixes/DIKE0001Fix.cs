using System.Composition;
using Dike.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Dike.CodeFixes;

/// <summary>Reads the log time instead of a clock. Local times become UTC: a local time depends on the host and has no equal elsewhere.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DIKE0001Fix)), Shared]
public sealed class DIKE0001Fix : ContextFixProvider
{
    /// <summary>Makes the fix; the editor does.</summary>
    public DIKE0001Fix()
        : base(DIKE0001_ClockInHandler.Id, "Use context.Time")
    {
    }

    private protected override string? Replacement(ISymbol member, bool isInvoked) => (member.ContainingType.ToDisplayString(), member.Name) switch
    {
        ("System.DateTimeOffset", "UtcNow" or "Now") => "Time",
        ("System.DateTime", "UtcNow" or "Now") => "Time.UtcDateTime",
        ("System.DateTime", "Today") => "Time.UtcDateTime.Date",
        ("System.TimeProvider", "GetUtcNow") when isInvoked => "Time",
        _ => null,
    };
}
