using Dike.Paxos;

namespace Dike.Testing.Checkers;

/// <summary>
/// The configurations that a search has visited: which calls are done, and the state they led to. Lowe's addition to the search of Wing and Gong: the same set of
/// calls with the same state cannot end differently the second time. An open hash table over flat arrays, so that a step allocates nothing unless the table
/// grows; a hit is compared in full, since an equal hash alone would prune a valid order. Owned by one <see cref="LinearizabilitySearch"/>.
/// </summary>
internal sealed class SearchMemo
{
    private const int FirstCapacity = 64;

    private readonly int _words;
    private int[] _buckets = new int[2 * FirstCapacity];
    private ulong[] _hashes = new ulong[FirstCapacity];
    private ulong[] _sets;
    private long[] _states = new long[FirstCapacity];

    /// <param name="words">How many words a set of calls has.</param>
    public SearchMemo(int words)
    {
        Invariant.Require(words > 0, $"{words} words");
        _words = words;
        _sets = new ulong[FirstCapacity * words];
    }

    /// <summary>How many configurations are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Keeps the configuration; false if it is known.</summary>
    /// <param name="done">The calls that are done, a bit each.</param>
    /// <param name="setHash">The hash of <paramref name="done"/>, kept by the caller as bits change.</param>
    /// <param name="state">The state they led to.</param>
    public bool TryAdd(ReadOnlySpan<ulong> done, ulong setHash, long state)
    {
        Invariant.Require(done.Length == _words, $"{done.Length} words, not {_words}");
        ulong hash = Mix(setHash ^ Mix((ulong)state));
        int bucket = (int)(hash & (ulong)(_buckets.Length - 1));
        for (; _buckets[bucket] != 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            int found = _buckets[bucket] - 1;
            if (_hashes[found] == hash && _states[found] == state && done.SequenceEqual(_sets.AsSpan(found * _words, _words)))
            {
                return false;
            }
        }

        if (Count == _hashes.Length)
        {
            Grow();
            bucket = FreeBucket(hash);
        }

        _hashes[Count] = hash;
        _states[Count] = state;
        done.CopyTo(_sets.AsSpan(Count * _words, _words));
        _buckets[bucket] = ++Count;
        return true;
    }

    /// <summary>Spreads the bits of a number over 64 (the finalizer of SplitMix64).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private void Grow()
    {
        int capacity = checked(2 * Count);
        Array.Resize(ref _hashes, capacity);
        Array.Resize(ref _states, capacity);
        Array.Resize(ref _sets, checked(capacity * _words));
        _buckets = new int[2 * capacity];
        for (int i = 0; i < Count; i++)
        {
            _buckets[FreeBucket(_hashes[i])] = i + 1;
        }
    }

    private int FreeBucket(ulong hash)
    {
        int bucket = (int)(hash & (ulong)(_buckets.Length - 1));
        while (_buckets[bucket] != 0)
        {
            bucket = (bucket + 1) & (_buckets.Length - 1);
        }

        return bucket;
    }
}
