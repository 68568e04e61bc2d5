using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.Analyzers.Rules;

/// <summary>The generator adds its half of a machine as a further part, so the class and all classes around it must allow parts.</summary>
internal static class DIKE0010_MachineMustBePartial
{
    public const string Id = "DIKE0010";

    public static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        "State machine must be partial",
        "State machine '{0}' needs 'partial' on {1}: its codecs and dispatch table are generated into a second part",
        RuleCategory.Shape,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Codecs, dispatch table and contract are generated into a second part of the class. Without partial on it, and on every class it is nested in, there is no place for them.",
        helpLinkUri: RuleCategory.HelpLink(Id));

    public static IEnumerable<Diagnostic> Check(MachineShape machine)
    {
        if (machine.Problem != MachineProblem.NotPartial)
        {
            yield break;
        }

        var lacking = new Stack<string>();
        for (INamedTypeSymbol? type = machine.Type; type is not null; type = type.ContainingType)
        {
            if (!IsPartial(type))
            {
                lacking.Push($"'{type.Name}'");
            }
        }

        yield return Diagnostic.Create(Descriptor, MachineLocation.Of(machine), machine.Type.Name, string.Join(" and ", lacking));
    }

    private static bool IsPartial(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.All(reference =>
        reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
}
