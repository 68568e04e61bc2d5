using System.Composition;
using Dike.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Dike.CodeFixes;

/// <summary>Draws GUIDs from the log's seed. Version 7 GUIDs are left alone: their order has no counterpart in <c>context.NewGuid()</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DIKE0003Fix)), Shared]
public sealed class DIKE0003Fix : ContextFixProvider
{
    /// <summary>Makes the fix; the editor does.</summary>
    public DIKE0003Fix()
        : base(DIKE0003_GuidInHandler.Id, "Use context.NewGuid()")
    {
    }

    private protected override string? Replacement(ISymbol member, bool isInvoked) => (member.ContainingType.ToDisplayString(), member.Name) switch
    {
        ("System.Guid", "NewGuid") => isInvoked ? "NewGuid()" : "NewGuid",
        _ => null,
    };
}
