using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.Analyzers.Rules;

/// <summary>Where a fault of the whole class is shown: at its name, in the part that carries the attribute, which is the part the user wrote.</summary>
internal static class MachineLocation
{
    public static Location Of(MachineShape machine)
    {
        AttributeData? attribute = SymbolNames.FindAttribute(machine.Type, KnownNames.StateMachineAttribute);
        TypeDeclarationSyntax? declaration = attribute?.ApplicationSyntaxReference?.GetSyntax().FirstAncestorOrSelf<TypeDeclarationSyntax>();
        return declaration?.Identifier.GetLocation() ?? machine.Type.Locations[0];
    }
}
