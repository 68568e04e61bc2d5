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

    /// <summary>Whether this can be a snapshot of something: of at least one slot, in a configuration with members.</summary>
    public static string? Offered(SnapshotInfo? snapshot, string name)
    {
        if (snapshot is null || snapshot.Slot.Value is < 1 or > Limit || snapshot.Bytes < 0 || snapshot.Configuration.Value < 1)
        {
            return $"{name} {snapshot} covers no possible slots";
        }

        return StopSign.FaultOf(snapshot.Members) is { } fault ? $"{name} {snapshot}: {fault}" : null;
    }

    /// <summary>Whether all stop-signs among <paramref name="batches"/> can be read.</summary>
    public static string? StopSigns(ImmutableArray<EntryBatch> batches)
    {
        foreach (EntryBatch batch in batches)
        {
            if (batch.Kind == EntryKind.StopSign && (batch.Count != 1 || StopSign.TryRead(batch.Payload.Span, out _) is not null))
            {
                return $"batch {batch} is no stop-sign: {StopSign.TryRead(batch.Payload.Span, out _)}";
            }
        }

        return null;
    }

    /// <summary>What is voted for in a configuration has its stop-sign last, and that names the next configuration.</summary>
    public static string? Sealed(ImmutableArray<EntryBatch> batches, ConfigurationId configuration)
    {
        if (StopSigns(batches) is { } fault)
        {
            return fault;
        }

        for (int index = 0; index < batches.Length; index++)
        {
            if (batches[index].Kind == EntryKind.StopSign && StopSign.Of(batches[index]) is var stopSign
                && (stopSign.Next.Value != configuration.Value + 1 || index != batches.Length - 1))
            {
                return $"batch {batches[index]} names {stopSign} in configuration {configuration}, with {batches.Length - index - 1} batches behind it";
            }
        }

        return null;
    }
}
