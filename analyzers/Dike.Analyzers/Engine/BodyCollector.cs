using Dike.Analyzers.Catalogue;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Dike.Analyzers.Engine;

/// <summary>
/// Collects what one body does while it is walked: a member of the catalogue becomes a use, a member of this compilation an edge,
/// anything else is a library's and stays unknown.
/// </summary>
internal sealed class BodyCollector(Compilation compilation, SymbolCatalogue catalogue)
{
    private readonly List<CatalogueUse> _uses = [];
    private readonly List<CallEdge> _edges = [];

    public MemberSummary ToSummary() => new(_uses, _edges);

    /// <summary>A call of <paramref name="method"/>, or a delegate made of it.</summary>
    public void AddCall(IMethodSymbol? method, IOperation operation, IOperation? instance, bool isVirtual)
    {
        if (method is null || AddUse(method, operation, instance))
        {
            return;
        }

        // The type of a fresh object is known exactly, so no override below it matters.
        if (isVirtual && Unwrap(instance) is IObjectCreationOperation { Type: INamedTypeSymbol exact } && Implementations.Running(method, exact) is { } running)
        {
            AddEdge(running, operation.Syntax, isVirtual: false);
            return;
        }

        AddEdge(method, operation.Syntax, isVirtual);
    }

    /// <summary>A user-defined operator or conversion.</summary>
    public void AddOperator(IMethodSymbol? method, IOperation operation)
    {
        if (method is not null)
        {
            AddCall(method, operation, null, (method.IsVirtual || method.IsAbstract) && method.IsStatic);
        }
    }

    /// <summary>A call that the source text only implies, as foreach implies GetEnumerator.</summary>
    public void AddImplied(IMethodSymbol? method, SyntaxNode site)
    {
        if (method is null)
        {
            return;
        }

        if (catalogue.Find(method, null) is { } row)
        {
            _uses.Add(new CatalogueUse(row, method, site));
            return;
        }

        AddEdge(method, site, method.IsVirtual || method.IsAbstract || (method.IsOverride && !method.IsSealed && !method.ContainingType.IsSealed));
    }

    public void AddField(IFieldSymbol field, IFieldReferenceOperation reference)
    {
        if (!AddUse(field, reference, reference.Instance) && field.IsStatic)
        {
            AddInitializer(field, reference);
        }
    }

    /// <summary>The initializer of a static member: it runs because the member is used.</summary>
    public void AddInitializer(ISymbol member, IOperation operation) => AddEdge(member, operation.Syntax, isVirtual: false);

    /// <summary>The initializer of an instance member: it runs because the object is made.</summary>
    public void AddInitializer(ISymbol member, SyntaxNode site) => AddEdge(member, site, isVirtual: false);

    /// <summary>Records a catalogued member.</summary>
    /// <returns>Whether the catalogue knows it.</returns>
    public bool AddUse(ISymbol member, IOperation operation, IOperation? instance)
    {
        if (catalogue.Find(member, Unwrap(instance)?.Type) is not { } row)
        {
            return false;
        }

        if (!IsContinued(operation, row))
        {
            _uses.Add(new CatalogueUse(row, member, operation.Syntax));
        }

        return true;
    }

    /// <summary><c>TimeProvider.System.GetUtcNow()</c> is one fault, not two: the outermost member of a chain stands for it.</summary>
    private bool IsContinued(IOperation operation, CatalogueRow row)
    {
        IOperation current = operation;
        while (current.Parent is IConversionOperation or IParenthesizedOperation)
        {
            current = current.Parent;
        }

        (ISymbol Member, IOperation? Instance) next = current.Parent switch
        {
            IInvocationOperation invocation => (invocation.TargetMethod, invocation.Instance),
            IPropertyReferenceOperation property => (property.Property, property.Instance),
            IMethodReferenceOperation reference => (reference.Method, reference.Instance),
            _ => default,
        };
        return next.Instance == current && catalogue.Find(next.Member, Unwrap(next.Instance)?.Type)?.Group == row.Group;
    }

    private void AddEdge(ISymbol member, SyntaxNode site, bool isVirtual)
    {
        ISymbol target = member is IMethodSymbol method ? Body(method) : member.OriginalDefinition;
        if (SymbolEqualityComparer.Default.Equals(target.ContainingAssembly, compilation.Assembly))
        {
            _edges.Add(new CallEdge(target, site, isVirtual));
        }
    }

    private static IMethodSymbol Body(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return definition.PartialImplementationPart ?? definition;
    }

    private static IOperation? Unwrap(IOperation? operation)
    {
        IOperation? current = operation;
        while (current is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            current = current is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)current).Operand;
        }

        return current;
    }
}
