using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace Dike.CodeFixes;

/// <summary>The command handler around a place in the source, and the name by which that place can use its context.</summary>
internal sealed class HandlerSite
{
    private static readonly string[] Names = ["context", "commandContext", "dikeContext"];

    private HandlerSite(MethodDeclarationSyntax declaration, string contextName, bool hasContext)
    {
        Declaration = declaration;
        ContextName = contextName;
        HasContext = hasContext;
    }

    public MethodDeclarationSyntax Declaration { get; }

    /// <summary>The parameter's name: the one that is there, or a free one.</summary>
    public string ContextName { get; }

    public bool HasContext { get; }

    /// <summary>The handler whose own body contains <paramref name="node"/>, or null if a context cannot be used there.</summary>
    public static HandlerSite? Find(SyntaxNode node, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not MethodDeclarationSyntax declaration
            || model.GetDeclaredSymbol(declaration, cancellation) is not { } method
            || !SymbolNames.HasAttribute(method, KnownNames.CommandAttribute)
            || node.Ancestors().TakeWhile(ancestor => ancestor != declaration).Any(IsClosed))
        {
            return null;
        }

        if (method.Parameters.FirstOrDefault(HandlerShape.IsContext) is { } context)
        {
            bool isVisible = model.LookupSymbols(node.SpanStart, name: context.Name).Contains(context, SymbolEqualityComparer.Default);
            return isVisible ? new HandlerSite(declaration, context.Name, hasContext: true) : null;
        }

        string? name = Array.Find(Names, candidate => !Mentions(declaration, candidate));
        return name is null || IsBound(method) ? null : new HandlerSite(declaration, name, hasContext: false);
    }

    /// <summary>Adds the parameter behind those that a caller must give: an optional one may not stand before it.</summary>
    public void AddContext(DocumentEditor editor)
    {
        int index = 0;
        SeparatedSyntaxList<ParameterSyntax> parameters = Declaration.ParameterList.Parameters;
        while (index < parameters.Count && parameters[index].Default is null && !parameters[index].Modifiers.Any(SyntaxKind.ParamsKeyword))
        {
            index++;
        }

        TypeSyntax type = SyntaxFactory.ParseTypeName("global::" + KnownNames.CommandContext).WithAdditionalAnnotations(Simplifier.Annotation);
        editor.InsertParameter(Declaration, index, editor.Generator.ParameterDeclaration(ContextName, type));
    }

    /// <summary>A static function cannot capture the parameter.</summary>
    private static bool IsClosed(SyntaxNode node) =>
        node is AnonymousFunctionExpressionSyntax { Modifiers: var ofLambda } && ofLambda.Any(SyntaxKind.StaticKeyword)
        || node is LocalFunctionStatementSyntax { Modifiers: var ofFunction } && ofFunction.Any(SyntaxKind.StaticKeyword);

    /// <summary>Whether other declarations fix the signature.</summary>
    private static bool IsBound(IMethodSymbol method) =>
        method.IsOverride
        || method.PartialDefinitionPart is not null
        || method.PartialImplementationPart is not null
        || method.ContainingType.AllInterfaces
            .SelectMany(type => type.GetMembers(method.Name))
            .Any(member => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method));

    private static bool Mentions(SyntaxNode declaration, string name) =>
        declaration.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name);
}
