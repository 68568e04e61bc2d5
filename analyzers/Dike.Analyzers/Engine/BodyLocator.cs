using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.Analyzers.Engine;

/// <summary>
/// Finds the operations of a member's body or initializer anywhere in the compilation. Only bodies that a handler reaches are asked for,
/// and each syntax tree gets one semantic model.
/// </summary>
internal sealed class BodyLocator(Compilation compilation)
{
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();

    public ImmutableArray<IOperation> OperationsOf(ISymbol member, CancellationToken cancellation)
    {
        ImmutableArray<IOperation>.Builder operations = ImmutableArray.CreateBuilder<IOperation>();
        foreach (SyntaxReference reference in member.DeclaringSyntaxReferences)
        {
            // The source symbols of a referenced project in an editor have trees that this compilation cannot bind.
            if (compilation.ContainsSyntaxTree(reference.SyntaxTree)
                && ExecutableNode(reference.GetSyntax(cancellation)) is { } node
                && ModelOf(reference.SyntaxTree).GetOperation(node, cancellation) is { } operation)
            {
                operations.Add(operation);
            }
        }

        return operations.ToImmutable();
    }

    private static SyntaxNode? ExecutableNode(SyntaxNode declaration) => declaration switch
    {
        VariableDeclaratorSyntax variable => variable.Initializer,
        PropertyDeclarationSyntax property => property.Initializer,
        TypeDeclarationSyntax type => type.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault(),
        ParameterSyntax => null,
        _ => declaration,
    };

#pragma warning disable RS1030 // A callee's body lies outside the action's own tree. The engine asks only for trees that handlers reach, once each.
    private SemanticModel ModelOf(SyntaxTree tree) => _models.GetOrAdd(tree, key => compilation.GetSemanticModel(key));
#pragma warning restore RS1030
}
