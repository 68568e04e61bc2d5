using Microsoft.CodeAnalysis;

namespace Dike.Generators.Shapes;

/// <summary>
/// Decides how a type is written, one level at a time, and finds the first part of a type that cannot be.
/// Generator and analyzers ask the same instance of rules, so what one refuses the other reports.
/// </summary>
internal sealed class TypeClassifier(Compilation compilation, INamedTypeSymbol machine)
{
    /// <summary>How many types may contain each other, as deep as values may be nested at run time.</summary>
    public const int MaxTypeDepth = 64;

    private static readonly Dictionary<string, TypeForm> Collections = new(StringComparer.Ordinal)
    {
        ["System.Collections.Generic.List`1"] = TypeForm.List,
        ["System.Collections.Generic.Queue`1"] = TypeForm.Queue,
        ["System.Collections.Generic.Stack`1"] = TypeForm.Stack,
        ["System.Collections.Generic.HashSet`1"] = TypeForm.HashSet,
        ["System.Collections.Generic.SortedSet`1"] = TypeForm.SortedSet,
        ["System.Collections.Generic.Dictionary`2"] = TypeForm.Dictionary,
        ["System.Collections.Generic.SortedDictionary`2"] = TypeForm.SortedDictionary,
        ["System.Collections.Generic.KeyValuePair`2"] = TypeForm.KeyValuePair,
        ["System.Collections.Immutable.ImmutableArray`1"] = TypeForm.ImmutableArray,
        ["System.Collections.Immutable.ImmutableList`1"] = TypeForm.ImmutableList,
        ["System.Collections.Immutable.ImmutableHashSet`1"] = TypeForm.ImmutableHashSet,
        ["System.Collections.Immutable.ImmutableSortedSet`1"] = TypeForm.ImmutableSortedSet,
        ["System.Collections.Immutable.ImmutableDictionary`2"] = TypeForm.ImmutableDictionary,
        ["System.Collections.Immutable.ImmutableSortedDictionary`2"] = TypeForm.ImmutableSortedDictionary,
        ["System.Collections.Generic.IEnumerable`1"] = TypeForm.ReadOnlyList,
        ["System.Collections.Generic.IReadOnlyCollection`1"] = TypeForm.ReadOnlyList,
        ["System.Collections.Generic.IReadOnlyList`1"] = TypeForm.ReadOnlyList,
        ["System.Collections.Generic.ICollection`1"] = TypeForm.ListInterface,
        ["System.Collections.Generic.IList`1"] = TypeForm.ListInterface,
        ["System.Collections.Generic.ISet`1"] = TypeForm.SetInterface,
        ["System.Collections.Generic.IReadOnlySet`1"] = TypeForm.SetInterface,
        ["System.Collections.Generic.IDictionary`2"] = TypeForm.DictionaryInterface,
        ["System.Collections.Generic.IReadOnlyDictionary`2"] = TypeForm.DictionaryInterface,
    };

    private readonly ObjectShapes _objects = new(compilation, machine);
    private readonly Dictionary<ITypeSymbol, TypeShape> _shapes = new(SymbolEqualityComparer.Default);

    public TypeShape Classify(ITypeSymbol type)
    {
        if (!_shapes.TryGetValue(type, out TypeShape? shape))
        {
            shape = ClassifyOnce(type);
            _shapes.Add(type, shape);
        }

        return shape;
    }

    /// <summary>Whether callers can name the type: the generated interface stands outside the machine.</summary>
    public bool IsVisibleToCallers(ITypeSymbol type) => compilation.IsSymbolAccessibleWithin(type, compilation.Assembly);

    /// <summary>Why a value of the type cannot be sent or kept, naming the part at fault; null if it can.</summary>
    /// <param name="type">The type of a parameter, a result or a state member.</param>
    /// <param name="inState">
    /// State must come back as it was: behind an interface a collection's comparer and order are unknown, so state members name the collection's class.
    /// </param>
    public string? FindProblem(ITypeSymbol type, bool inState) => FindProblem(type, inState, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default));

    /// <summary>The T of a <c>Deferred&lt;T&gt;</c>, or null for other types.</summary>
    public static ITypeSymbol? DeferredValueOf(ITypeSymbol type) =>
        type is INamedTypeSymbol { Arity: 1 } named && SymbolNames.Is(type, KnownNames.DeferredOfT) ? named.TypeArguments[0] : null;

    private string? FindProblem(ITypeSymbol type, bool inState, HashSet<ITypeSymbol> visited, int depth = 0)
    {
        if (!visited.Add(type))
        {
            return null;
        }

        // A generic type whose member is made of more of itself never ends: without this the compiler would run out of stack on it.
        if (depth > MaxTypeDepth)
        {
            return $"{type.OriginalDefinition.ToDisplayString()} is not serializable: it is nested more than {MaxTypeDepth} types deep, perhaps without end";
        }

        TypeShape shape = Classify(type);
        string? problem = shape.Problem;
        if (problem is null && inState && IsUnknownInState(shape))
        {
            problem = "as part of the state a collection must be named by its class, because comparer and order are unknown behind the interface";
        }

        // A ticket is a value whatever it waits for, but the value that comes later must be one that a caller can get.
        if (problem is null && DeferredValueOf(type) is { } value)
        {
            problem = FindProblem(value, inState: false, visited, depth + 1) ?? (IsVisibleToCallers(value) ? null : $"{value.ToDisplayString()} is not accessible to callers");
        }

        return problem is not null
            ? $"{type.ToDisplayString()} is not serializable: {problem}"
            : shape.Arguments.Select(argument => FindProblem(argument, inState, visited, depth + 1)).FirstOrDefault(found => found is not null);
    }

    private static bool IsUnknownInState(TypeShape shape) =>
        shape.Form is TypeForm.ListInterface or TypeForm.SetInterface or TypeForm.DictionaryInterface
        || (shape.Form == TypeForm.ReadOnlyList && shape.Type.Name != "IReadOnlyList");

    private TypeShape ClassifyOnce(ITypeSymbol type) => type switch
    {
        _ when ScalarTypes.NameOf(type) is { } scalar => TypeShape.OfScalar(type, scalar),
        IArrayTypeSymbol { IsSZArray: true } array => TypeShape.Of(type, ScalarTypes.IsRaw(array.ElementType) ? TypeForm.RawArray : TypeForm.Array, array.ElementType),
        IArrayTypeSymbol => TypeShape.Unsupported(type, "it has several dimensions"),
        INamedTypeSymbol named => ClassifyNamed(named),
        ITypeParameterSymbol => TypeShape.Unsupported(type, "it is a type parameter"),
        _ => TypeShape.Unsupported(type, "pointers and dynamic are not values"),
    };

    private TypeShape ClassifyNamed(INamedTypeSymbol type)
    {
        if (type.TypeKind is TypeKind.Error or TypeKind.Delegate || type.IsRefLikeType || type.IsFileLocal || !_objects.IsAccessible(type))
        {
            return TypeShape.Unsupported(type, "it is unknown, not accessible from generated code, or no value");
        }

        if (type.EnumUnderlyingType is { } underlying)
        {
            return TypeShape.Of(type, TypeForm.Enum, underlying);
        }

        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return TypeShape.Of(type, TypeForm.Nullable, type.TypeArguments[0]);
        }

        if (type.IsTupleType)
        {
            return TypeShape.Of(type, TypeForm.Tuple, [.. type.TupleElements.Select(element => element.Type)]);
        }

        if (Collections.TryGetValue(SymbolNames.MetadataNameOf(type.OriginalDefinition), out TypeForm form))
        {
            return TypeShape.Of(type, form, type.TypeArguments);
        }

        bool packable = type.TypeKind is TypeKind.Class or TypeKind.Struct && !type.IsAbstract && SymbolNames.HasAttribute(type, KnownNames.MemoryPackable);
        return packable ? TypeShape.Of(type, TypeForm.Packable) : _objects.Classify(type);
    }
}
