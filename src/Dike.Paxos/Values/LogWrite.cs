using System.Collections.Immutable;

namespace Dike.Paxos;

/// <summary>
/// One record that a replica wants in its durable log. Each is atomic: after a crash it is there whole or not at all, and never without those before it.
/// Replaying all of a replica's records in order gives back its <see cref="RecoveredState"/>.
/// </summary>
/// <param name="Number">The replica's own count of its writes since it started, from 1, without gaps.</param>
/// <param name="Configuration">The configuration the replica was in.</param>
public abstract record LogWrite(long Number, ConfigurationId Configuration);

/// <summary>The replica promises <paramref name="Promised"/>: it accepts nothing below it any more.</summary>
/// <param name="Number">See <see cref="LogWrite"/>.</param>
/// <param name="Configuration">See <see cref="LogWrite"/>.</param>
/// <param name="Promised">The ballot.</param>
public sealed record PromiseWrite(long Number, ConfigurationId Configuration, Ballot Promised) : LogWrite(Number, Configuration);

/// <summary>The replica accepts <paramref name="Batches"/> in <paramref name="Accepted"/>, directly behind the end of its log.</summary>
/// <param name="Number">See <see cref="LogWrite"/>.</param>
/// <param name="Configuration">See <see cref="LogWrite"/>.</param>
/// <param name="Accepted">The ballot; implies a promise of it.</param>
/// <param name="Batches">Consecutive batches.</param>
public sealed record AcceptWrite(long Number, ConfigurationId Configuration, Ballot Accepted, ImmutableArray<EntryBatch> Batches)
    : LogWrite(Number, Configuration);

/// <summary>
/// The replica adopts a leader's log in <paramref name="Accepted"/>: it keeps its log through <paramref name="Keep"/>, drops what follows, and appends
/// <paramref name="Batches"/>. One record, because a crash between dropping and appending would forget accepted entries under a higher accepted ballot.
/// </summary>
/// <param name="Number">See <see cref="LogWrite"/>.</param>
/// <param name="Configuration">See <see cref="LogWrite"/>.</param>
/// <param name="Accepted">The ballot; implies a promise of it.</param>
/// <param name="Keep">The last slot that stays; <see cref="Slot.None"/> drops all.</param>
/// <param name="Batches">Consecutive batches from behind <paramref name="Keep"/>; may be empty.</param>
public sealed record SyncWrite(long Number, ConfigurationId Configuration, Ballot Accepted, Slot Keep, ImmutableArray<EntryBatch> Batches)
    : LogWrite(Number, Configuration);

/// <summary>Everything through <paramref name="Decided"/> is decided. Nothing waits for its sync.</summary>
/// <param name="Number">See <see cref="LogWrite"/>.</param>
/// <param name="Configuration">See <see cref="LogWrite"/>.</param>
/// <param name="Decided">The last decided slot.</param>
public sealed record DecidedWrite(long Number, ConfigurationId Configuration, Slot Decided) : LogWrite(Number, Configuration);

/// <summary>
/// The replica enters a configuration, as a voter or as a learner. Its promise and its accepted ballot start anew there (nothing is decided any more in
/// what it leaves), and its log ends with what is decided.
/// </summary>
/// <param name="Number">See <see cref="LogWrite"/>.</param>
/// <param name="Configuration">The configuration it enters; a learner names the one it knows.</param>
/// <param name="Self">The replica's own id: what makes it the same replica after a restart.</param>
/// <param name="Members">All members of the configuration.</param>
/// <param name="IsVoter">Whether it votes in it. A learner never does.</param>
public sealed record ConfigurationWrite(long Number, ConfigurationId Configuration, ReplicaId Self, ImmutableArray<Member> Members, bool IsVoter)
    : LogWrite(Number, Configuration);

/// <summary>
/// The replica takes over <paramref name="Batches"/> that others have decided, directly behind what it knows to be decided; everything else it held behind that is dropped,
/// because it either is the same or was never decided. All of them are decided from then on. Promise and accepted ballot stay.
/// </summary>
/// <param name="Number">See <see cref="LogWrite"/>.</param>
/// <param name="Configuration">See <see cref="LogWrite"/>.</param>
/// <param name="Batches">Consecutive batches from behind the decided slot, all decided.</param>
public sealed record LearnWrite(long Number, ConfigurationId Configuration, ImmutableArray<EntryBatch> Batches) : LogWrite(Number, Configuration);

/// <summary>
/// A durable snapshot stands for everything through its slot: the log behind it stays, what lies before it is cut. Written after the snapshot itself is durable,
/// whether this replica took it or got it from another.
/// </summary>
/// <param name="Number">See <see cref="LogWrite"/>.</param>
/// <param name="Configuration">See <see cref="LogWrite"/>.</param>
/// <param name="Snapshot">The snapshot.</param>
public sealed record SnapshotWrite(long Number, ConfigurationId Configuration, SnapshotInfo Snapshot) : LogWrite(Number, Configuration);
