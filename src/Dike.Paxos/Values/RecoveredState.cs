using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>What a replica knows after its durable records were replayed in order. Immutable.</summary>
/// <param name="Configuration">The last configuration.</param>
/// <param name="Promised">The highest promise.</param>
/// <param name="Accepted">The ballot in which the log was last written.</param>
/// <param name="Decided">The last slot known to be decided.</param>
/// <param name="Log">All batches, consecutive, from behind the snapshot or from slot 1.</param>
public sealed record RecoveredState(ConfigurationId Configuration, Ballot Promised, Ballot Accepted, Slot Decided, ImmutableList<EntryBatch> Log)
{
    /// <summary>A replica that never wrote anything.</summary>
    public static RecoveredState Empty { get; } = new(ConfigurationId.First, Ballot.None, Ballot.None, Slot.None, []);

    /// <summary>The snapshot that the log starts behind, or null if it starts at slot 1.</summary>
    public SnapshotInfo? Snapshot { get; init; }

    /// <summary>The replica's own id and the members it knows, from its last <see cref="ConfigurationWrite"/>; none if it never wrote one: a founder.</summary>
    public ReplicaId Self { get; init; }

    /// <summary>The members of <see cref="Configuration"/>; empty for a founder that never left the first configuration.</summary>
    public ImmutableArray<Member> Members { get; init; } = [];

    /// <summary>Whether it votes in <see cref="Configuration"/>.</summary>
    public bool IsVoter { get; init; } = true;

    /// <summary>Whether it was a voter before and the configurations it has entered since name it no more.</summary>
    public bool HasLeft { get; init; }

    /// <summary>The last slot of the log.</summary>
    public Slot Last => Log.IsEmpty ? Snapshot?.Slot ?? Slot.None : Log[^1].Last;
}
