using Dike.Generators.Models;
using Dike.Generators.Shapes;
using Microsoft.CodeAnalysis;

namespace Dike.Generators.Parsing;

/// <summary>
/// Collects every type that a machine's arguments, results and state are made of, each once, and turns them into codec models with names
/// that depend on the set of types alone. Types are added first, all of them; then <see cref="Complete"/> assigns the names.
/// </summary>
internal sealed class CodecBook(TypeClassifier types, Compilation compilation)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<Entry> _deferred = [];

    /// <summary>Adds a type and all it is made of. The type must be free of problems.</summary>
    public void Add(ITypeSymbol type, bool needsDelegates = false, bool isRestored = false)
    {
        Entry entry = AddEntry(type);
        entry.NeedsDelegates |= needsDelegates;
        entry.IsRestored |= isRestored;
    }

    /// <summary>The codecs of what is deferred anywhere in the machine, in the order of their names. Valid after <see cref="Complete"/>.</summary>
    public IEnumerable<string> Deferred => _deferred.Select(entry => entry.Name).OrderBy(name => name, StringComparer.Ordinal);

    public string NameOf(ITypeSymbol type) => _entries[TypeNames.ForCodec(type)].Name;

    /// <summary>Assigns names: types whose readable names coincide are told apart by number, in the order of their full names.</summary>
    public EquatableArray<CodecModel> Complete()
    {
        foreach (IGrouping<string, Entry> group in _entries.Values.OrderBy(entry => entry.Key, StringComparer.Ordinal).GroupBy(entry => entry.ReadableName))
        {
            int number = 0;
            foreach (Entry entry in group)
            {
                number++;
                entry.Name = number == 1 ? entry.ReadableName : $"{entry.ReadableName}_{number}";
            }
        }

        return new(_entries.Values.Select(ToModel).OrderBy(codec => codec.Name, StringComparer.Ordinal));
    }

    private Entry AddEntry(ITypeSymbol type)
    {
        string key = TypeNames.ForCodec(type);
        if (!_entries.TryGetValue(key, out Entry? entry))
        {
            entry = new Entry(key, types.Classify(type));
            _entries.Add(key, entry);
            entry.Parts = [.. entry.Shape.Arguments.Select(AddEntry)];
            if (TypeClassifier.DeferredValueOf(type) is { } value)
            {
                Entry deferred = AddEntry(value);
                deferred.NeedsDelegates = true;
                _deferred.Add(deferred);
            }
        }

        return entry;
    }

    private CodecModel ToModel(Entry entry)
    {
        TypeShape shape = entry.Shape;
        ObjectShape? members = shape.Object;
        return new CodecModel(
            entry.Name,
            entry.Key,
            TypeNames.ForContract(shape.Type),
            shape.Form,
            shape.Scalar,
            new(entry.Parts.Select((part, index) => new CodecPart(part.Name, members is null ? "" : TypeNames.Identifier(members.Members[index].Name)))),
            new(members?.ConstructorMembers ?? []),
            new(members?.InitializerMembers ?? []),
            MinimumSizeOf(entry),
            shape.Type.IsReferenceType,
            shape.Type.IsSealed,
            IsReachable(entry, entry.Parts, new HashSet<Entry>()),
            !compilation.IsSymbolAccessibleWithin(shape.Type, compilation.Assembly),
            entry.NeedsDelegates,
            entry.IsRestored);
    }

    private static bool IsReachable(Entry target, IEnumerable<Entry> from, HashSet<Entry> visited) =>
        from.Any(entry => entry == target || (visited.Add(entry) && IsReachable(target, entry.Parts, visited)));

    /// <summary>References and collections count with their header alone, which also ends the recursion: a struct cannot contain itself otherwise.</summary>
    private static int MinimumSizeOf(Entry entry) => entry.Shape.Form switch
    {
        TypeForm.Scalar => ScalarTypes.MinimumSizeOf(entry.Shape.Scalar),
        TypeForm.Enum => MinimumSizeOf(entry.Parts[0]),
        TypeForm.Nullable or TypeForm.Packable => 1,
        TypeForm.Object when entry.Shape.Type.IsReferenceType => 1,
        TypeForm.Object or TypeForm.Tuple or TypeForm.KeyValuePair => entry.Parts.Sum(MinimumSizeOf),
        _ => 4,
    };

    private sealed class Entry(string key, TypeShape shape)
    {
        public string Key { get; } = key;

        public TypeShape Shape { get; } = shape;

        public string ReadableName { get; } = TypeNames.ForMethod(shape.Type);

        public string Name { get; set; } = "";

        public List<Entry> Parts { get; set; } = [];

        public bool NeedsDelegates { get; set; }

        public bool IsRestored { get; set; }
    }
}
