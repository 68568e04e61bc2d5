using System.Collections.Immutable;
using Dike.Analyzers.Catalogue;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Dike.Analyzers.Engine;

/// <summary>
/// Turns the operations of one body into its <see cref="MemberSummary"/>. Code is coloured by type, never by call site: a lambda, local function
/// or method that takes a <c>ReplyContext</c> is reply code wherever it is made, and is left out; every other lambda belongs to the body that
/// makes it. Stateless, so the driver's threads share one instance.
/// </summary>
internal sealed class SummaryBuilder(Compilation compilation, KnownTypes types, SymbolCatalogue catalogue)
{
    public MemberSummary Build(ISymbol member, ImmutableArray<IOperation> operations)
    {
        var body = new BodyCollector(compilation, catalogue);
        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor)
        {
            ConstructorSteps.Add(constructor, body);
        }

        // An explicit stack: a sum of ten thousand terms is a tree ten thousand levels deep.
        var pending = new Stack<IOperation>(operations);
        while (pending.Count > 0)
        {
            IOperation operation = pending.Pop();
            if (IsLeftOut(operation, member))
            {
                // The object a reply method is taken from is made here, by the handler.
                if (operation is IMethodReferenceOperation { Instance: { } instance })
                {
                    pending.Push(instance);
                }

                continue;
            }

            Visit(operation, body);
            ImplicitSteps.Add(operation, body);
            foreach (IOperation child in operation.ChildOperations)
            {
                pending.Push(child);
            }
        }

        return body.ToSummary();
    }

    private bool IsLeftOut(IOperation operation, ISymbol member) => operation switch
    {
        INameOfOperation => true,
        IAnonymousFunctionOperation lambda => types.IsReplyCode(lambda.Symbol) || IsConvertedToReplyDelegate(lambda),
        IMethodReferenceOperation { Parent: IDelegateCreationOperation creation } => types.IsReplyDelegate(creation.Type),

        // A local function counts where it is called or referred to, by an edge of its own.
        ILocalFunctionOperation local => !SymbolEqualityComparer.Default.Equals(local.Symbol, member),
        _ => false,
    };

    /// <summary>A lambda over <c>object</c> given as an <c>Action&lt;ReplyContext&gt;</c> runs as reply code all the same.</summary>
    private bool IsConvertedToReplyDelegate(IAnonymousFunctionOperation lambda)
    {
        for (IOperation? outer = lambda.Parent; outer is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation; outer = outer.Parent)
        {
            if (types.IsReplyDelegate(outer.Type))
            {
                return true;
            }
        }

        return false;
    }

    private static void Visit(IOperation operation, BodyCollector body)
    {
        switch (operation)
        {
            case IInvocationOperation invocation:
                body.AddCall(invocation.TargetMethod, invocation, invocation.Instance, invocation.IsVirtual);
                break;
            case IMethodReferenceOperation reference:
                body.AddCall(reference.Method, reference, reference.Instance, reference.IsVirtual);
                break;
            case IObjectCreationOperation { Constructor: { } constructor }:
                body.AddCall(constructor, operation, null, isVirtual: false);
                break;
            case IPropertyReferenceOperation property:
                VisitProperty(property, body);
                break;
            case IFieldReferenceOperation { Field.IsConst: false } field:
                body.AddField(field.Field, field);
                break;
            case IEventAssignmentOperation { EventReference: IEventReferenceOperation reference } assignment:
                body.AddCall(assignment.Adds ? reference.Event.AddMethod : reference.Event.RemoveMethod, reference, reference.Instance, false);
                break;
            case IBinaryOperation binary:
                body.AddOperator(binary.OperatorMethod, binary);
                break;
            case IUnaryOperation unary:
                body.AddOperator(unary.OperatorMethod, unary);
                break;
            case IIncrementOrDecrementOperation increment:
                body.AddOperator(increment.OperatorMethod, increment);
                break;
            case IConversionOperation conversion:
                body.AddOperator(conversion.OperatorMethod, conversion);
                break;
            case ICompoundAssignmentOperation compound:
                body.AddOperator(compound.OperatorMethod, compound);
                body.AddOperator(compound.InConversion.MethodSymbol, compound);
                body.AddOperator(compound.OutConversion.MethodSymbol, compound);
                break;
        }
    }

    private static void VisitProperty(IPropertyReferenceOperation reference, BodyCollector body)
    {
        IPropertySymbol property = reference.Property;
        if (body.AddUse(property, reference, reference.Instance))
        {
            return;
        }

        bool isVirtual = !IsBase(reference.Instance) && (property.IsVirtual || property.IsAbstract || (property.IsOverride && !property.IsSealed));
        bool isAssigned = reference.Parent is IAssignmentOperation assignment && assignment.Target == reference;
        bool isOnlyAssigned = isAssigned && reference.Parent is ISimpleAssignmentOperation;
        bool isChanged = isAssigned
            || reference.Parent is IIncrementOrDecrementOperation
            || reference.Parent is ITupleOperation { Parent: IDeconstructionAssignmentOperation };
        if (!isOnlyAssigned)
        {
            body.AddCall(property.GetMethod, reference, reference.Instance, isVirtual);
        }

        if (isChanged)
        {
            body.AddCall(property.SetMethod, reference, reference.Instance, isVirtual);
        }

        if (property.IsStatic)
        {
            body.AddInitializer(property, reference);
        }
    }

    private static bool IsBase(IOperation? instance) =>
        instance is IInstanceReferenceOperation { Syntax: Microsoft.CodeAnalysis.CSharp.Syntax.BaseExpressionSyntax };
}
