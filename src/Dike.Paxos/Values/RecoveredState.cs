using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>What a replica knows after its durable records were replayed in order. Immutable.</summary>
/// <param name="Configuration">The last configuration.</param>
/// <param name="Promised">The highest promise.</param>
/// <param name="Accepted">The ballot in which the log was last written.</param>
/// <param name="Decided">The last slot known to be decided.</param>
/// <param name="Log">All batches, consecutive, from slot 1.</param>
public sealed record RecoveredState(ConfigurationId Configuration, Ballot Promised, Ballot Accepted, Slot Decided, ImmutableList<EntryBatch> Log)
{
    /// <summary>A replica that never wrote anything.</summary>
    public static RecoveredState Empty { get; } = new(ConfigurationId.First, Ballot.None, Ballot.None, Slot.None, []);

    /// <summary>The last slot of the log.</summary>
    public Slot Last => Log.IsEmpty ? Slot.None : Log[^1].Last;
}
