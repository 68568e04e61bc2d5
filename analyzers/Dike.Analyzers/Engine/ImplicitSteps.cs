using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Dike.Analyzers.Engine;

/// <summary>
/// Calls that the operation tree does not show as such: foreach, using, await, deconstruction, <c>with</c>, formatting in interpolated strings
/// and concatenations, collection builders. Each would be a hole through which a clock could reach the state unseen.
/// </summary>
internal static class ImplicitSteps
{
    public static void Add(IOperation operation, BodyCollector body)
    {
        switch (operation)
        {
            case IForEachLoopOperation { Syntax: CommonForEachStatementSyntax loop, SemanticModel: { } model }:
                AddForEach(model.GetForEachStatementInfo(loop), loop, body);
                break;
            case IAwaitOperation { Syntax: AwaitExpressionSyntax await, SemanticModel: { } model }:
                AwaitExpressionInfo info = model.GetAwaitExpressionInfo(await);
                body.AddImplied(info.GetAwaiterMethod, await);
                body.AddImplied(info.GetResultMethod, await);
                break;
            case IDeconstructionAssignmentOperation { Syntax: AssignmentExpressionSyntax assignment, SemanticModel: { } model }:
                AddDeconstruction(model.GetDeconstructionInfo(assignment), assignment, body);
                break;
            case IRecursivePatternOperation { DeconstructSymbol: IMethodSymbol deconstruct } pattern:
                body.AddImplied(deconstruct, pattern.Syntax);
                break;
            case IUsingOperation { Resources: var resources }:
                AddDispose(resources, body);
                break;
            case IUsingDeclarationOperation { DeclarationGroup: var declarations }:
                AddDispose(declarations, body);
                break;
            case IWithOperation { CloneMethod: { } clone }:
                body.AddImplied(CopyConstructor(clone.ContainingType), operation.Syntax);
                break;
            case IInterpolationOperation { Expression: var shown }:
                AddFormatting(shown, body);
                break;
            case IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments.Length: > 0 } append }:
                AddFormatting(append.Arguments[0].Value, body);
                break;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } sum:
                AddFormatting(sum.LeftOperand, body);
                AddFormatting(sum.RightOperand, body);
                break;
            case ICollectionExpressionOperation { ConstructMethod: { } construct }:
                body.AddImplied(construct, operation.Syntax);
                break;
            case ISpreadOperation { Operand.Type: { } spread }:
                body.AddImplied(FindParameterless(spread, "GetEnumerator"), operation.Syntax);
                break;
            case IImplicitIndexerReferenceOperation implicitIndex:
                body.AddImplied((implicitIndex.LengthSymbol as IPropertySymbol)?.GetMethod, operation.Syntax);
                body.AddImplied((implicitIndex.IndexerSymbol as IPropertySymbol)?.GetMethod ?? implicitIndex.IndexerSymbol as IMethodSymbol, operation.Syntax);
                break;
        }
    }

    private static void AddForEach(ForEachStatementInfo info, CommonForEachStatementSyntax loop, BodyCollector body)
    {
        body.AddImplied(info.GetEnumeratorMethod, loop.Expression);
        body.AddImplied(info.MoveNextMethod, loop.Expression);
        body.AddImplied(info.CurrentProperty?.GetMethod, loop.Expression);
        body.AddImplied(info.DisposeMethod, loop.Expression);
        body.AddImplied(info.ElementConversion.MethodSymbol, loop.Expression);
    }

    private static void AddDeconstruction(DeconstructionInfo info, SyntaxNode site, BodyCollector body)
    {
        body.AddImplied(info.Method, site);
        body.AddImplied(info.Conversion?.MethodSymbol, site);
        foreach (DeconstructionInfo nested in info.Nested)
        {
            AddDeconstruction(nested, site, body);
        }
    }

    private static void AddDispose(IOperation resources, BodyCollector body)
    {
        if (resources is IVariableDeclarationGroupOperation group)
        {
            foreach (IVariableDeclaratorOperation variable in group.Declarations.SelectMany(declaration => declaration.Declarators))
            {
                body.AddImplied(FindParameterless(variable.Symbol.Type, "Dispose"), variable.Syntax);
            }
        }
        else if (resources.Type is { } type)
        {
            body.AddImplied(FindParameterless(type, "Dispose"), resources.Syntax);
        }
    }

    /// <summary>A value in a text is formatted by its own <c>ToString</c>, the one of <c>IFormattable</c> if it has it; conversions to object stand between only formally.</summary>
    private static void AddFormatting(IOperation operand, BodyCollector body)
    {
        IOperation value = operand;
        while (value is IConversionOperation { OperatorMethod: null, IsImplicit: true } conversion)
        {
            value = conversion.Operand;
        }

        if (value.Type is not INamedTypeSymbol type)
        {
            return;
        }

        ISymbol? format = type.AllInterfaces.FirstOrDefault(candidate => candidate.MetadataName == "IFormattable")?.GetMembers("ToString").FirstOrDefault();
        IMethodSymbol? formatting = format is null ? FindParameterless(type, "ToString") : type.FindImplementationForInterfaceMember(format) as IMethodSymbol;
        body.AddImplied(formatting, value.Syntax);
    }

    private static IMethodSymbol? CopyConstructor(INamedTypeSymbol type) => type.InstanceConstructors.FirstOrDefault(constructor =>
        constructor is { IsImplicitlyDeclared: false, Parameters.Length: 1 }
        && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, type));

    private static IMethodSymbol? FindParameterless(ITypeSymbol type, string name)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (IMethodSymbol method in current.GetMembers(name).OfType<IMethodSymbol>())
            {
                if (method.Parameters.IsEmpty && !method.IsStatic)
                {
                    return method;
                }
            }
        }

        return null;
    }
}
