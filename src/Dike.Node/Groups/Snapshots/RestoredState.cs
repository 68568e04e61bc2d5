using Dike.Paxos;

namespace Dike.Node.Groups.Snapshots;

/// <summary>The replicated state of a group as a snapshot gave it back, built aside: nothing of the running state is touched before all of it is there.</summary>
/// <param name="Slot">Everything through this slot is in it.</param>
/// <param name="Configuration">The configuration behind it.</param>
/// <param name="LogTime">The log time.</param>
/// <param name="BytesSinceDue">The payload bytes since a snapshot was due.</param>
/// <param name="Version">The active machine version.</param>
/// <param name="Chain">The chained hash over all outcomes.</param>
/// <param name="Skipped">The slots whose commands count as rejected.</param>
/// <param name="Sessions">The sessions.</param>
/// <param name="States">The machines.</param>
internal sealed record RestoredState(
    Slot Slot,
    LogConfiguration Configuration,
    long LogTime,
    long BytesSinceDue,
    int Version,
    UInt128 Chain,
    IReadOnlyList<Slot> Skipped,
    SessionTable Sessions,
    StateTable States);
