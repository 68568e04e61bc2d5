using Dike.Generators.Shapes;

namespace Dike.Generators.Emitting;

/// <summary>What the emitters must know about collections beyond their form.</summary>
internal static class CollectionForms
{
    /// <summary>Whether the collection has a comparer that a reader must have too.</summary>
    public static bool HasComparer(TypeForm form) => form is TypeForm.HashSet or TypeForm.SortedSet or TypeForm.ImmutableHashSet or TypeForm.ImmutableSortedSet
        or TypeForm.Dictionary or TypeForm.SortedDictionary or TypeForm.ImmutableDictionary or TypeForm.ImmutableSortedDictionary;

    /// <summary>Whether an existing instance is refilled, or for immutable ones its comparer kept.</summary>
    public static bool IsRestorable(TypeForm form) => HasComparer(form) || form is TypeForm.List or TypeForm.Queue or TypeForm.Stack;

    public static bool IsSet(TypeForm form) =>
        form is TypeForm.HashSet or TypeForm.SortedSet or TypeForm.SetInterface or TypeForm.ImmutableHashSet or TypeForm.ImmutableSortedSet;

    public static bool IsDictionary(TypeForm form) => form is TypeForm.Dictionary or TypeForm.SortedDictionary or TypeForm.DictionaryInterface
        or TypeForm.ImmutableDictionary or TypeForm.ImmutableSortedDictionary;

    public static bool IsSorted(TypeForm form) =>
        form is TypeForm.SortedSet or TypeForm.SortedDictionary or TypeForm.ImmutableSortedSet or TypeForm.ImmutableSortedDictionary;

    public static bool IsImmutableKeyed(TypeForm form) => form is TypeForm.ImmutableHashSet or TypeForm.ImmutableSortedSet
        or TypeForm.ImmutableDictionary or TypeForm.ImmutableSortedDictionary;
}
