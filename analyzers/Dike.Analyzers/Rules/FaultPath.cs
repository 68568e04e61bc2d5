using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Analyzers.Rules;

/// <summary>Words the way from a parameter, result or state member down to the part that cannot be serialized, for example <c>order.Lines.Done</c>.</summary>
internal static class FaultPath
{
    public static string Of(string root, ITypeSymbol type, bool inState, TypeClassifier types)
    {
        string path = root;
        var visited = new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default);
        ITypeSymbol? current = type;
        while (current is not null && visited.Add(current))
        {
            if (visited.Count > TypeClassifier.MaxTypeDepth)
            {
                return root; // A type made of more and more of itself: the way down has no end, and its start says nothing.
            }

            TypeShape shape = types.Classify(current);
            if (shape.Problem is not null)
            {
                break;
            }

            if (shape.Object is { Members: var members })
            {
                ObjectMember? member = members.FirstOrDefault(candidate => IsFurther(candidate.Type));
                path = member is null ? path : $"{path}.{member.Name}";
                current = member?.Type;
            }
            else
            {
                current = shape.Arguments.FirstOrDefault(IsFurther);
            }
        }

        return path;

        bool IsFurther(ITypeSymbol candidate) => !visited.Contains(candidate) && types.FindProblem(candidate, inState) is not null;
    }
}
