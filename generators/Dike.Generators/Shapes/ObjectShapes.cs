using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Dike.Generators.Shapes;

/// <summary>
/// Finds out whether a user type can be written member by member and read back without loss: every instance field, or the property it backs,
/// must be readable, and settable or matched by a constructor parameter. A type that hides content is refused rather than written in part.
/// </summary>
internal sealed class ObjectShapes(Compilation compilation, INamedTypeSymbol machine)
{
    /// <summary>The header of an object holds its number of members in a byte whose highest values are taken.</summary>
    public const int MostMembers = 249;

    /// <summary>Whether generated code can name <paramref name="symbol"/>: everywhere in the assembly, or at least inside the machine.</summary>
    public bool IsAccessible(ISymbol symbol) =>
        compilation.IsSymbolAccessibleWithin(symbol, compilation.Assembly) || compilation.IsSymbolAccessibleWithin(symbol, machine);

    public TypeShape Classify(INamedTypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Object)
        {
            return TypeShape.Unsupported(type, "it could hold anything");
        }

        if (type.IsAbstract || type.TypeKind == TypeKind.Interface)
        {
            return TypeShape.Unsupported(type, "it is abstract, so a reader would not know which class to make");
        }

        var members = new List<ObjectMember>();
        if (FindMembers(type, members) is { } problem)
        {
            return TypeShape.Unsupported(type, problem);
        }

        members.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        if (members.Count > MostMembers)
        {
            return TypeShape.Unsupported(type, $"it has {members.Count} members; {MostMembers} is the limit");
        }

        if (members.Count == 0 && (type.IsValueType || type.DeclaringSyntaxReferences.IsEmpty))
        {
            return TypeShape.Unsupported(type, "it has no readable members");
        }

        return FindConstruction(type, members) is { } shape
            ? TypeShape.OfObject(type, shape)
            : TypeShape.Unsupported(type, "it has no accessible constructor from which all members can be set, by parameters of their names or by setters");
    }

    private string? FindMembers(INamedTypeSymbol type, List<ObjectMember> members)
    {
        for (INamedTypeSymbol? level = type; level is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) }; level = level.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(level.ContainingAssembly, compilation.ObjectType.ContainingAssembly) || IsOfBaseLibrary(level))
            {
                return $"its part {level.Name} belongs to the base library and hides its content";
            }

            foreach (ISymbol member in level.GetMembers())
            {
                if (FindMember(member, members) is { } problem)
                {
                    return problem;
                }
            }
        }

        return null;
    }

    private string? FindMember(ISymbol member, List<ObjectMember> members)
    {
        if (member.IsStatic || SymbolNames.HasAttribute(member, KnownNames.TransientAttribute))
        {
            return null;
        }

        return member switch
        {
            IFieldSymbol { AssociatedSymbol: IPropertySymbol property } => AddProperty(property, members),
            IFieldSymbol { AssociatedSymbol: not null } => $"its event {member.Name} is not content",
            // The compiler shows the private fields of a struct of another assembly too; one that backs a property counts with the property.
            IFieldSymbol { DeclaringSyntaxReferences.IsEmpty: true, CanBeReferencedByName: false } => null,
            IFieldSymbol { IsImplicitlyDeclared: false } field => AddField(field, members),
            IPropertySymbol property when IsAutomaticInMetadata(property) => AddProperty(property, members),
            _ => null,
        };
    }

    private string? AddProperty(IPropertySymbol property, List<ObjectMember> members)
    {
        if (SymbolNames.HasAttribute(property, KnownNames.TransientAttribute) || members.Any(member => member.Name == property.Name))
        {
            return null;
        }

        if (property.IsIndexer || property.GetMethod is not { } getter || !IsAccessible(property) || !IsAccessible(getter))
        {
            return $"its property {property.Name} cannot be read from outside";
        }

        bool settable = property.SetMethod is { } setter && IsAccessible(setter);
        members.Add(new ObjectMember(property.Name, property.Type, settable, property.IsRequired));
        return null;
    }

    private string? AddField(IFieldSymbol field, List<ObjectMember> members)
    {
        if (!IsAccessible(field))
        {
            return $"its field {field.Name} cannot be read from outside";
        }

        if (field.IsFixedSizeBuffer || field.RefKind != RefKind.None)
        {
            return $"its field {field.Name} is a buffer or a reference";
        }

        if (members.All(member => member.Name != field.Name))
        {
            members.Add(new ObjectMember(field.Name, field.Type, !field.IsReadOnly, field.IsRequired));
        }

        return null;
    }

    private ObjectShape? FindConstruction(INamedTypeSymbol type, List<ObjectMember> members)
    {
        ImmutableArray<IMethodSymbol> constructors =
        [
            .. type.InstanceConstructors
                .OrderByDescending(constructor => constructor.Parameters.Length)
                .ThenBy(constructor => constructor.ToDisplayString(), StringComparer.Ordinal),
        ];
        if (constructors.Any(constructor => IsPrimaryOfClass(constructor, type) && Match(constructor, members) is null))
        {
            return null;
        }

        IMethodSymbol? empty = constructors.FirstOrDefault(constructor => constructor.Parameters.IsEmpty);
        if (empty is not null && IsAccessible(empty) && members.All(member => member.IsSettable))
        {
            return new ObjectShape([.. members], [], [.. Enumerable.Range(0, members.Count)]);
        }

        return constructors
            .Where(constructor => !constructor.Parameters.IsEmpty && IsAccessible(constructor))
            .Select(constructor => Match(constructor, members))
            .FirstOrDefault(shape => shape is not null);
    }

    private static ObjectShape? Match(IMethodSymbol constructor, List<ObjectMember> members)
    {
        var indices = new List<int>();
        foreach (IParameterSymbol parameter in constructor.Parameters)
        {
            int index = members.FindIndex(member =>
                string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                && SymbolEqualityComparer.Default.Equals(member.Type, parameter.Type));
            if (index < 0 || indices.Contains(index) || parameter.RefKind is not (RefKind.None or RefKind.In))
            {
                return null;
            }

            indices.Add(index);
        }

        var rest = new List<int>();
        for (int index = 0; index < members.Count; index++)
        {
            // A required member must stand in the initializer even if the constructor has set it.
            if (!indices.Contains(index) || members[index].IsRequired)
            {
                if (!members[index].IsSettable)
                {
                    return null;
                }

                rest.Add(index);
            }
        }

        return new ObjectShape([.. members], [.. indices], [.. rest]);
    }

    /// <summary>A primary constructor's parameter that is no member may be captured: content that nobody can read from outside.</summary>
    private static bool IsPrimaryOfClass(IMethodSymbol constructor, INamedTypeSymbol type) =>
        !type.IsRecord && constructor.Parameters.Length > 0 && IsPrimary(constructor);

    public static bool IsPrimary(IMethodSymbol constructor) =>
        !constructor.IsImplicitlyDeclared && constructor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is TypeDeclarationSyntax);

    private static bool IsAutomaticInMetadata(IPropertySymbol property) =>
        property.DeclaringSyntaxReferences.IsEmpty
        && !property.IsImplicitlyDeclared
        && property.GetMethod is { DeclaredAccessibility: Accessibility.Public } getter
        && SymbolNames.HasAttribute(getter, "System.Runtime.CompilerServices.CompilerGeneratedAttribute");

    private static bool IsOfBaseLibrary(INamedTypeSymbol type)
    {
        string space = type.ContainingNamespace?.ToDisplayString() ?? "";
        return type.DeclaringSyntaxReferences.IsEmpty && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal));
    }
}
