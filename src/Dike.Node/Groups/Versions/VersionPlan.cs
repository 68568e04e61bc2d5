using Dike.Paxos;

namespace Dike.Node.Groups.Versions;

/// <summary>
/// When a leader raises the machine version: first of all as a group gets its first commands, later when every member's build is known to have a higher one.
/// Only proposes; what an entry does is up to the log. Called by the <see cref="Proposer"/>.
/// </summary>
internal sealed class VersionPlan(MachineContract contract)
{
    private Slot _proposedAt;

    /// <summary>What all members' builds can apply; null until all are known.</summary>
    public MemberVersions? Support { get; set; }

    // A leader that does not know all builds takes its own version: a member that lacks it stalls and says so, which no guess could avoid for sure.
    private int First => Math.Clamp(Support?.LowestVersion ?? contract.Version, contract.MinVersion, contract.Version);

    /// <summary>What a batch names as its version; counts only in a log that has made none active.</summary>
    public int Named(int active) => active == 0 ? First : active;

    /// <summary>The version to raise to, or null.</summary>
    /// <param name="active">The active version in the applied state.</param>
    /// <param name="applied">The last applied slot.</param>
    /// <param name="hasCommands">Whether commands are about to be proposed: an idle group is not woken to get its first version.</param>
    public int? Next(int active, Slot applied, bool hasCommands)
    {
        if (_proposedAt > applied)
        {
            return null;
        }

        if (active == 0)
        {
            return hasCommands ? First : null;
        }

        return Support is { } support && support.LowestVersion > active && support.LowestVersion >= support.HighestMinVersion ? support.LowestVersion : null;
    }

    /// <summary>An entry got this slot: until it is applied there is nothing more to propose.</summary>
    public void Proposed(Slot slot)
    {
        Invariant.Require(slot > _proposedAt, $"slot {slot} after {_proposedAt}");
        _proposedAt = slot;
    }

    /// <summary>The epoch is over: what it proposed may be lost.</summary>
    public void EndEpoch() => _proposedAt = Slot.None;
}
