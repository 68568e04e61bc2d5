namespace Dike.Testing.Swarm;

/// <summary>Which mixes of faults seeds draw from: everything, or one area for a long run that looks there.</summary>
internal enum PlanProfile
{
    /// <summary>Every kind of fault, each seed with its own subset.</summary>
    Default = 1,

    /// <summary>Long silences with few calls: what must be repaired with nothing but heartbeats.</summary>
    Idle = 2,

    /// <summary>Nodes that disagree on who is there: partial and one-way partitions under leaders that change.</summary>
    PartialPartitions = 3,

    /// <summary>Crashes with what disks do at them: lost, torn and misdirected writes, rot, full and failing disks, wiped directories.</summary>
    Storage = 4,

    /// <summary>Changing members, transfers of leadership and snapshots, while nodes crash and links fail.</summary>
    Members = 5,

    /// <summary>Clocks that jump and drift, within the bound and beyond it, with pauses and partitions: what leases rest on.</summary>
    Clocks = 6,

    /// <summary>Requests sent twice, retried elsewhere, retried after the session's end.</summary>
    Clients = 7,
}
