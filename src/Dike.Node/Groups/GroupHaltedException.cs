using Dike.Paxos;

namespace Dike.Node.Groups;

/// <summary>
/// This replica must not apply its group's log any further: going on could make it differ from the others. Out of memory while a handler ran, an entry
/// that this build cannot read or has no code for. What the group holds in memory is to be thrown away; its log is intact, and a start with what was
/// missing goes on from it. The group's core takes nothing after it has thrown this.
/// </summary>
internal sealed class GroupHaltedException(Slot slot, string reason, Exception? inner = null)
    : Exception($"The replica stopped before slot {slot}: {reason}", inner)
{
    /// <summary>The slot that was not applied.</summary>
    public Slot Slot { get; } = slot;
}
