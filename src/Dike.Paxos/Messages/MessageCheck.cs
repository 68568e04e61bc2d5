using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>The tests behind <see cref="PeerMessage.Invalid"/>: each returns null or the reason.</summary>
internal static class MessageCheck
{
    /// <summary>No honest count comes near it; beyond it, adding to a number could overflow.</summary>
    private const long Limit = long.MaxValue / 4;

    public static string? Owned(Ballot ballot, string name) =>
        ballot.Number is >= 1 and <= Limit && ballot.Owner != ReplicaId.None ? null : $"{name} {ballot} has no owner or no possible number";

    public static string? WellFormed(Ballot ballot, string name) => ballot == Ballot.None ? null : Owned(ballot, name);

    public static string? Positive(long value, string name) => value is >= 1 and <= Limit ? null : $"{name} is {value}, expected 1 to {Limit}";

    public static string? NotNegative(Slot slot, string name) => slot.Value is >= 0 and <= Limit ? null : $"{name} is {slot}, expected 0 to {Limit}";

    public static string? NotBeyond(Slot slot, Slot end, string name) => slot <= end ? null : $"{name} {slot} lies beyond the log's end {end}";

    public static string? Consecutive(ImmutableArray<EntryBatch> batches, Slot? after)
    {
        if (batches.IsDefault)
        {
            return "no batches given";
        }

        Slot? end = after;
        foreach (EntryBatch batch in batches)
        {
            if (batch is null || batch.Count < 1 || batch.First.Value is < 1 or > Limit)
            {
                return $"batch {batch} covers no possible slots";
            }

            if (end is { } last && batch.First != last + 1)
            {
                return $"batch {batch} does not follow slot {last}";
            }

            end = batch.Last;
        }

        return null;
    }
}
