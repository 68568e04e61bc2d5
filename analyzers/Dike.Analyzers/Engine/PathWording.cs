using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Engine;

/// <summary>
/// Words the way from a handler to a catalogued member for one machine: its own members by their bare names, others as <c>Type.Member</c>.
/// Called only when there is something to report.
/// </summary>
internal sealed class PathWording(INamedTypeSymbol machine)
{
    private static readonly SymbolDisplayFormat TypeAndName = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly,
        memberOptions: SymbolDisplayMemberOptions.IncludeContainingType);

    private static readonly SymbolDisplayFormat NameAlone = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly);

    public HandlerFinding Describe(Visit visit, CatalogueUse use)
    {
        var names = new List<string> { NameOf(use.Member) };
        var sites = new List<SyntaxNode> { use.Site };
        for (Visit? step = visit; step is not null; step = step.From)
        {
            names.Add(NameOf(step.Member));
            if (step.Site is not null)
            {
                sites.Add(step.Site);
            }
        }

        names.Reverse();
        sites.Reverse();
        ImmutableArray<Location>.Builder further = ImmutableArray.CreateBuilder<Location>();
        for (int index = 1; index < sites.Count; index++)
        {
            further.Add(sites[index].GetLocation());
        }

        return new HandlerFinding(use.Row, string.Join(" → ", names), sites[0].GetLocation(), further.ToImmutable());
    }

    public string NameOf(ISymbol member)
    {
        ISymbol shown = member is IMethodSymbol { AssociatedSymbol: { } owner } ? owner : member;
        if (shown is IMethodSymbol { MethodKind: MethodKind.Constructor })
        {
            return $"new {shown.ContainingType.Name}()";
        }

        bool isOwn = shown is IMethodSymbol { MethodKind: MethodKind.LocalFunction }
            || SymbolEqualityComparer.Default.Equals(shown.ContainingType, machine);
        return shown.ToDisplayString(isOwn ? NameAlone : TypeAndName);
    }
}
