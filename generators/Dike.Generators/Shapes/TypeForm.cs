namespace Dike.Generators.Shapes;

/// <summary>How a type is written. The value on the wire depends on the form alone; see docs/state-machines.md for the bytes of each.</summary>
internal enum TypeForm
{
    /// <summary>Not serializable; the shape's problem says why.</summary>
    Unsupported,

    /// <summary>A primitive or a value type of the base library with a codec of its own.</summary>
    Scalar,
    Enum,
    Nullable,

    /// <summary>An array of integers or characters, copied as it lies in memory.</summary>
    RawArray,
    Array,
    List,
    Queue,
    Stack,
    ImmutableArray,
    ImmutableList,

    /// <summary>A read-only or lazy interface; read back as an array.</summary>
    ReadOnlyList,

    /// <summary>A mutable list interface; read back as a list.</summary>
    ListInterface,
    HashSet,
    SortedSet,
    SetInterface,
    ImmutableHashSet,
    ImmutableSortedSet,
    Dictionary,
    SortedDictionary,
    DictionaryInterface,
    ImmutableDictionary,
    ImmutableSortedDictionary,
    KeyValuePair,
    Tuple,

    /// <summary>A record, class or struct of the user, member by member.</summary>
    Object,

    /// <summary>A type that brings its own MemoryPack code.</summary>
    Packable,
}
