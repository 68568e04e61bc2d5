using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Engine;

/// <summary>
/// Decides which body a virtual or interface call runs. Where the compilation has exactly one candidate it is followed; where it has several,
/// none is, because a guess would be a false alarm. The types of the compilation are listed once, on the first such call.
/// </summary>
internal sealed class Implementations(Compilation compilation)
{
    private readonly Lazy<ImmutableArray<INamedTypeSymbol>> _concreteTypes = new(() => [.. ConcreteTypes(compilation.Assembly.GlobalNamespace)]);

    public ISymbol? Resolve(CallEdge edge)
    {
        if (!edge.IsVirtual || edge.Target is not IMethodSymbol method)
        {
            return edge.Target;
        }

        var candidates = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (INamedTypeSymbol type in _concreteTypes.Value)
        {
            if (Running(method, type) is { } running)
            {
                candidates.Add(running.OriginalDefinition);
            }
        }

        return candidates.Count == 1 ? candidates.First() : null;
    }

    /// <summary>The body that a call of <paramref name="method"/> on an instance of exactly <paramref name="type"/> runs, or null if it is none of its members.</summary>
    public static IMethodSymbol? Running(IMethodSymbol method, INamedTypeSymbol type) =>
        method.ContainingType.TypeKind == TypeKind.Interface ? Implementation(method, type) : Override(method, type);

    private static IMethodSymbol? Implementation(IMethodSymbol method, INamedTypeSymbol type)
    {
        foreach (INamedTypeSymbol candidate in type.AllInterfaces)
        {
            if (!SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, method.ContainingType.OriginalDefinition))
            {
                continue;
            }

            foreach (ISymbol member in candidate.GetMembers(method.Name))
            {
                if (SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, method.OriginalDefinition))
                {
                    return type.FindImplementationForInterfaceMember(member) as IMethodSymbol;
                }
            }
        }

        return null;
    }

    private static IMethodSymbol? Override(IMethodSymbol method, INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (IMethodSymbol member in current.GetMembers(method.Name).OfType<IMethodSymbol>())
            {
                if (IsOrOverrides(member, method))
                {
                    return member;
                }
            }
        }

        return null;
    }

    private static bool IsOrOverrides(IMethodSymbol member, IMethodSymbol method)
    {
        for (IMethodSymbol? current = member; current is not null; current = current.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, method.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<INamedTypeSymbol> ConcreteTypes(INamespaceOrTypeSymbol root)
    {
        var pending = new Stack<INamespaceOrTypeSymbol>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            foreach (INamespaceOrTypeSymbol member in pending.Pop().GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                pending.Push(member);
                if (member is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false, IsStatic: false } type)
                {
                    yield return type;
                }
            }
        }
    }
}
