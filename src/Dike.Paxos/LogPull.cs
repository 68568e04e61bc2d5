using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// A log fetched chunk by chunk, held aside in memory: nothing of it is accepted before all of it is there, because a log accepted in a ballot must
/// hold everything that was decided below it. Lost in a crash, as the promise it rests on is asked for again then.
/// </summary>
/// <param name="nonce">The nonce of the Prepare it belongs to.</param>
/// <param name="keep">The last slot of the own log that stays.</param>
internal sealed class LogPull(long nonce, Slot keep)
{
    private readonly List<EntryBatch> _batches = [];

    public long Nonce { get; } = nonce;

    public Slot Keep { get; } = keep;

    public Slot End { get; private set; } = keep;

    /// <returns>Whether the chunk is the next one; a repeated or late chunk is not.</returns>
    public bool TryAdd(LogChunk chunk)
    {
        if (chunk.Nonce != Nonce || chunk.After != End || chunk.Batches.IsEmpty)
        {
            return false;
        }

        _batches.AddRange(chunk.Batches);
        End = _batches[^1].Last;
        Invariant.Require(End > chunk.After);
        return true;
    }

    /// <summary>What was pulled, and <paramref name="rest"/> behind it.</summary>
    public ImmutableArray<EntryBatch> With(ImmutableArray<EntryBatch> rest)
    {
        Invariant.Require(rest.IsEmpty || rest[0].First == End + 1);
        return [.. _batches, .. rest];
    }
}
