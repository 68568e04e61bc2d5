using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// A replica's log in memory: consecutive batches from slot 1. A batch is never split: every cut and every read starts at the end of a batch.
/// Owned by <see cref="HardState"/>, which alone changes it.
/// </summary>
internal sealed class LogWindow
{
    private readonly List<EntryBatch> _batches = [];

    /// <summary>The last slot, or <see cref="Slot.None"/>.</summary>
    public Slot Last => _batches.Count == 0 ? Slot.None : _batches[^1].Last;

    public void Append(EntryBatch batch)
    {
        Invariant.Require(batch.Count >= 1, $"{batch}");
        Invariant.Require(batch.First == Last + 1, $"{batch} behind slot {Last}");
        _batches.Add(batch);
    }

    /// <summary>Drops everything behind <paramref name="slot"/>.</summary>
    public void CutBehind(Slot slot)
    {
        Invariant.Require(EndsAt(slot), $"slot {slot} of a log through {Last}");
        int index = IndexBehind(slot);
        _batches.RemoveRange(index, _batches.Count - index);
    }

    /// <summary>Whether a batch ends at <paramref name="slot"/>, or the log starts behind it.</summary>
    public bool EndsAt(Slot slot) => slot >= Slot.None && EndAtOrBefore(slot) == slot;

    /// <summary>The last slot at or before <paramref name="slot"/> at which a batch ends.</summary>
    public Slot EndAtOrBefore(Slot slot)
    {
        if (slot >= Last)
        {
            return Last;
        }

        int index = IndexBehind(slot);
        return index == 0 ? Slot.None : _batches[index - 1].Last;
    }

    /// <summary>The batch that starts at <paramref name="first"/>, or null.</summary>
    public EntryBatch? StartingAt(Slot first)
    {
        if (first < Slot.First || first > Last)
        {
            return null;
        }

        EntryBatch candidate = _batches[IndexBehind(new Slot(first.Value - 1))];
        return candidate.First == first ? candidate : null;
    }

    /// <summary>The batches behind <paramref name="slot"/>, as many as fit into <paramref name="maxBytes"/> of payload, at least one if there is any.</summary>
    public ImmutableArray<EntryBatch> Behind(Slot slot, int maxBytes)
    {
        Invariant.Require(EndsAt(slot), $"slot {slot} of a log through {Last}");
        int start = IndexBehind(slot);
        int end = start;
        long bytes = 0;
        while (end < _batches.Count && (end == start || bytes + _batches[end].Payload.Length <= maxBytes))
        {
            bytes += _batches[end].Payload.Length;
            end++;
        }

        return ImmutableArray.CreateRange(_batches.GetRange(start, end - start));
    }

    /// <summary>Adds the batches of (<paramref name="behind"/>, <paramref name="through"/>] to <paramref name="target"/>.</summary>
    public void CopyRange(Slot behind, Slot through, List<EntryBatch> target)
    {
        Invariant.Require(EndsAt(behind));
        Invariant.Require(EndsAt(through));
        for (int index = IndexBehind(behind); index < _batches.Count && _batches[index].Last <= through; index++)
        {
            target.Add(_batches[index]);
        }
    }

    public ImmutableList<EntryBatch> ToImmutable() => [.. _batches];

    /// <summary>The index of the first batch that ends behind <paramref name="slot"/>. Nearly all calls fall at the end of the log; a binary search finds the rest.</summary>
    private int IndexBehind(Slot slot)
    {
        if (slot >= Last)
        {
            return _batches.Count;
        }

        int low = 0;
        int high = _batches.Count - 1;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_batches[middle].Last > slot)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
