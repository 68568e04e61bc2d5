using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// A replica's log in memory: consecutive batches behind <see cref="Base"/>, which is slot 0 or the slot of a snapshot that stands for everything through it. A batch is never
/// split: every cut and every read starts at the end of a batch. What lies before the base is unknown. Owned by <see cref="HardState"/>, which alone changes it.
/// </summary>
internal sealed class LogWindow
{
    private readonly List<EntryBatch> _batches = [];

    /// <summary>The slot behind which the log starts.</summary>
    public Slot Base { get; private set; }

    /// <summary>The last slot; the base if there is none behind it.</summary>
    public Slot Last => _batches.Count == 0 ? Base : _batches[^1].Last;

    /// <summary>The last batch, or null.</summary>
    public EntryBatch? LastBatch => _batches.Count == 0 ? null : _batches[^1];

    public void Append(EntryBatch batch)
    {
        Invariant.Require(batch.Count >= 1, $"{batch}");
        Invariant.Require(batch.First == Last + 1, $"{batch} behind slot {Last}");
        _batches.Add(batch);
    }

    /// <summary>Drops everything behind <paramref name="slot"/>.</summary>
    public void CutBehind(Slot slot)
    {
        Invariant.Require(EndsAt(slot), $"slot {slot} of a log behind {Base} through {Last}");
        int index = IndexBehind(slot);
        _batches.RemoveRange(index, _batches.Count - index);
    }

    /// <summary>Starts the log behind <paramref name="slot"/>: keeps what follows it if a batch ends there, otherwise nothing.</summary>
    public void StartBehind(Slot slot)
    {
        Invariant.Require(slot > Base, $"to start behind {slot}, starts behind {Base}");
        _batches.RemoveRange(0, EndsAt(slot) ? IndexBehind(slot) : _batches.Count);
        Base = slot;
    }

    /// <summary>Whether a batch ends at <paramref name="slot"/>, or the log starts behind it.</summary>
    public bool EndsAt(Slot slot) => slot >= Base && EndAtOrBefore(slot) == slot;

    /// <summary>The last slot at or before <paramref name="slot"/> at which a batch ends; the base if that is not known.</summary>
    public Slot EndAtOrBefore(Slot slot)
    {
        if (slot >= Last)
        {
            return Last;
        }

        int index = IndexBehind(slot);
        return index == 0 ? Base : _batches[index - 1].Last;
    }

    /// <summary>The batch that starts at <paramref name="first"/>, or null.</summary>
    public EntryBatch? StartingAt(Slot first)
    {
        if (first <= Base || first > Last)
        {
            return null;
        }

        EntryBatch candidate = _batches[IndexBehind(new Slot(first.Value - 1))];
        return candidate.First == first ? candidate : null;
    }

    /// <summary>The batches behind <paramref name="slot"/>, as many as fit into <paramref name="maxBytes"/> of payload, at least one if there is any.</summary>
    public ImmutableArray<EntryBatch> Behind(Slot slot, int maxBytes) => Between(slot, Last, maxBytes);

    /// <summary>The batches of (<paramref name="behind"/>, <paramref name="through"/>], limited in the same way.</summary>
    public ImmutableArray<EntryBatch> Between(Slot behind, Slot through, int maxBytes)
    {
        Invariant.Require(EndsAt(behind), $"slot {behind} of a log behind {Base} through {Last}");
        int start = IndexBehind(behind);
        int end = start;
        long bytes = 0;
        while (end < _batches.Count && _batches[end].Last <= through && (end == start || bytes + _batches[end].Payload.Length <= maxBytes))
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

    /// <summary>The last stop-sign in (<paramref name="behind"/>, <paramref name="through"/>], or null.</summary>
    public EntryBatch? LastStopSign(Slot behind, Slot through)
    {
        EntryBatch? found = null;
        for (int index = IndexBehind(behind); index < _batches.Count && _batches[index].Last <= through; index++)
        {
            found = _batches[index].Kind == EntryKind.StopSign ? _batches[index] : found;
        }

        return found;
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
