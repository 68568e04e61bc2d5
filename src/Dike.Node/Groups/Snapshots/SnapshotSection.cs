namespace Dike.Node.Groups.Snapshots;

/// <summary>
/// The sections of a snapshot's content, in this order, each exactly once. Ordinals of a format on disk and on the wire: never reused. A section that a build does not
/// know is refused, not skipped: it would be state that this replica lacks and the others have.
/// </summary>
internal enum SnapshotSection : ushort
{
    /// <summary>Group, slot, configuration, members, machine, log time, payload bytes since the last slot at which a snapshot was due.</summary>
    Header = 1,

    /// <summary>The machine version under which the next slot is applied.</summary>
    Version = 2,

    /// <summary>The chained hash over all outcomes.</summary>
    Chain = 3,

    /// <summary>Slots whose commands count as rejected.</summary>
    Skipped = 4,

    /// <summary>The greatest start among dropped sessions.</summary>
    Horizon = 5,

    /// <summary>One item per session, in the order of their ids: open results, and open tickets among them.</summary>
    Sessions = 6,

    /// <summary>One item per key with a machine, in ordinal order.</summary>
    States = 7,
}
