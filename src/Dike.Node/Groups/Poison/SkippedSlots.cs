using Dike.Paxos;

namespace Dike.Node.Groups.Poison;

/// <summary>
/// The slots that an operator has had skipped: their commands count as rejected on every replica. A skip is decided behind the slot that it names, so a replica is in
/// one of two states about it: it knew before it applied the slot, or it has executed the command and must build its state anew. Owned by the <see cref="Applier"/>.
/// </summary>
internal sealed class SkippedSlots
{
    /// <summary>The code of the rejection that the command's caller gets.</summary>
    public const string Code = "skipped";

    private readonly SortedSet<Slot> _known = [];

    /// <summary>A skip whose slot this replica has executed: what it applied since is not what the others have. The slot, and that of the skip.</summary>
    public (Slot Slot, Slot By)? Overdue { get; private set; }

    /// <summary>The skipped slots that were applied so, in order: what a snapshot of <paramref name="applied"/> must say, or who restores it would take a skip for one it missed.</summary>
    public IReadOnlyList<Slot> Through(Slot applied) => [.. _known.TakeWhile(slot => slot <= applied)];

    /// <summary>Takes over what a snapshot says. What was learned of slots behind it stays.</summary>
    public void Restore(IReadOnlyList<Slot> skipped, Slot applied)
    {
        Invariant.Require(skipped.All(slot => slot <= applied), $"skipped {skipped.Count}, applied {applied}");
        _known.RemoveWhere(slot => slot <= applied);
        _known.UnionWith(skipped);
        Overdue = null;
    }

    public bool Contains(Slot slot) => _known.Contains(slot);

    /// <summary>A decided skip was seen ahead of its turn: its slot, if it comes yet, is not executed.</summary>
    public void Learn(Slot slot, Slot by, Slot applied)
    {
        if (slot > applied && slot < by)
        {
            _known.Add(slot);
        }
    }

    /// <summary>A skip is applied. One that names no earlier slot changes nothing.</summary>
    public void Decided(Slot slot, Slot by)
    {
        Invariant.Require(Overdue is null, $"skip of {slot} by {by}, overdue {Overdue}");
        if (slot < by && !_known.Contains(slot))
        {
            Overdue = (slot, by);
        }
    }

    /// <summary>The state is built anew: from now on the slot counts as known.</summary>
    public void SettleOverdue()
    {
        Invariant.Require(Overdue is not null);
        _known.Add(Overdue!.Value.Slot);
        Overdue = null;
    }

    /// <summary>What a skipped command comes to.</summary>
    public static CommandOutcome Outcome(Slot slot) => new(
        StoredResult.Rejected(slot, Code, $"The command at slot {slot} could not be applied and was skipped by an operator; the state is as it was before it."), null, null);
}
