using System.Collections;

namespace Dike.Generators.Models;

/// <summary>
/// A list that is equal to another when its items are. Models are compared after every edit to decide whether anything must be generated again,
/// and the equality of ordinary arrays and of <c>ImmutableArray</c> is that of references.
/// </summary>
/// <typeparam name="T">A type with value equality.</typeparam>
internal readonly struct EquatableArray<T>(IEnumerable<T> items) : IEquatable<EquatableArray<T>>, IReadOnlyList<T>
    where T : IEquatable<T>
{
    private readonly T[]? _items = [.. items];

    public int Count => _items?.Length ?? 0;

    public T this[int index] => _items is null ? throw new ArgumentOutOfRangeException(nameof(index)) : _items[index];

    public bool Equals(EquatableArray<T> other) => this.SequenceEqual(other);

    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    public override int GetHashCode()
    {
        unchecked
        {
            return this.Aggregate(17, (hash, item) => (hash * 31) + item.GetHashCode());
        }
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
