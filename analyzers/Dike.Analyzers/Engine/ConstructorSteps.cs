using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.Analyzers.Engine;

/// <summary>
/// What a constructor runs that its body does not show: the initializers of the instance members, and the parameterless constructor of the
/// base class where none is named.
/// </summary>
internal static class ConstructorSteps
{
    public static void Add(IMethodSymbol constructor, BodyCollector body)
    {
        INamedTypeSymbol type = constructor.ContainingType;
        SyntaxNode? declaration = constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax()
            ?? type.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        if (declaration is null || IsCopyConstructor(constructor))
        {
            return;
        }

        ConstructorInitializerSyntax? initializer = (declaration as ConstructorDeclarationSyntax)?.Initializer;
        if (initializer.IsKind(SyntaxKind.ThisConstructorInitializer))
        {
            return;
        }

        AddInitializers(type, body);
        bool namesBase = initializer is not null
            || (declaration is TypeDeclarationSyntax { BaseList: { } bases } && bases.Types.OfType<PrimaryConstructorBaseTypeSyntax>().Any());
        if (!namesBase && type is { TypeKind: TypeKind.Class, BaseType: { SpecialType: not SpecialType.System_Object } parent })
        {
            body.AddImplied(parent.InstanceConstructors.FirstOrDefault(candidate => candidate.Parameters.All(CanBeOmitted)), NameOf(declaration));
        }
    }

    private static void AddInitializers(INamedTypeSymbol type, BodyCollector body)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member.IsStatic || member is not (IFieldSymbol or IPropertySymbol))
            {
                continue;
            }

            foreach (SyntaxReference reference in member.DeclaringSyntaxReferences)
            {
                switch (reference.GetSyntax())
                {
                    case VariableDeclaratorSyntax { Initializer: { } value }:
                        body.AddInitializer(member, value);
                        break;
                    case PropertyDeclarationSyntax { Initializer: { } value }:
                        body.AddInitializer(member, value);
                        break;
                }
            }
        }
    }

    /// <summary>The copy constructor of a record copies fields instead of initializing them.</summary>
    private static bool IsCopyConstructor(IMethodSymbol constructor) =>
        constructor.ContainingType.IsRecord
        && constructor.Parameters.Length == 1
        && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, constructor.ContainingType);

    private static bool CanBeOmitted(IParameterSymbol parameter) => parameter.IsOptional || parameter.IsParams;

    private static SyntaxNode NameOf(SyntaxNode declaration) => declaration is ConstructorDeclarationSyntax constructor ? constructor.ParameterList : declaration;
}
