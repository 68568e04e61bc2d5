using Dike.Paxos;

namespace Dike.Node.Groups.Poison;

/// <summary>
/// Finds the command that kills the process. After an unclean start the slots of the recovered log are applied under durable marks: at first many at a time, where the
/// last run died fewer, at last one. A slot at which the process dies twice is not tried a third time. Owned by the <see cref="ApplyLoop"/>.
/// </summary>
/// <remarks>
/// A mark costs a sync, so a healthy replica pays one per 1,024 slots, after an unclean start alone. A process that dies for another reason leaves a mark too; the next
/// run then goes slowly through those slots and on. Two groups must not have a mark open at once in one process, or the death of one would be held against the other.
/// </remarks>
internal sealed class ApplyGuard(GroupStart start, Slot recovered)
{
    /// <summary>How many slots a mark covers at first, and after a death within them.</summary>
    public const int WideRange = 1_024;

    public const int NarrowRange = 32;

    /// <summary>How often a single slot may be tried.</summary>
    private const int MaxAttempts = 2;

    private readonly bool _isActive = start.IsUnclean || start.Mark.Attempt > MaxAttempts;
    private ApplyMark _mark;
    private bool _isDurable;

    /// <summary>The slot that is not tried any more, or <see cref="Slot.None"/>.</summary>
    public Slot Quarantined { get; private set; }

    /// <summary>Through which slot may be applied now, if <paramref name="next"/> comes next; None while a mark is being written, or if it must not be applied.</summary>
    public Slot Limit(Slot next, SkippedSlots skipped, GroupOutputs outputs)
    {
        if (!_isActive || (next > recovered && _mark == ApplyMark.None))
        {
            return Unbounded;
        }

        if (skipped.Contains(next))
        {
            // It is not executed, so it needs no mark, and it ends the quarantine.
            Quarantined = Slot.None;
            return next;
        }

        if (next == Quarantined)
        {
            return Slot.None;
        }

        if (_mark.Contains(next))
        {
            return _isDurable ? _mark.To : Slot.None;
        }

        if (next > recovered)
        {
            SetMark(ApplyMark.None, outputs);
            return Unbounded;
        }

        ApplyMark mark = Range(next);

        // The mark of a quarantine is written too, and never cleared while it lasts: the next start, clean or not, must find it, or it would try the slot again.
        Quarantined = mark.Attempt > MaxAttempts ? next : Slot.None;
        SetMark(mark, outputs);
        return Slot.None;
    }

    /// <summary>A mark is durable. One that was replaced meanwhile allows nothing any more.</summary>
    public void MarkDurable(ApplyMark mark)
    {
        Invariant.Require(mark != ApplyMark.None);
        _isDurable |= mark == _mark;
    }

    /// <summary>
    /// Everything that was decided is applied. The mark is taken back at once, not with the next slot: the process may idle for days, and its end must not be held
    /// against slots that it has long survived.
    /// </summary>
    public void Rest(GroupOutputs outputs)
    {
        if (_mark != ApplyMark.None)
        {
            Invariant.Require(_isDurable && Quarantined == Slot.None, $"mark {_mark}, quarantined {Quarantined}");
            SetMark(ApplyMark.None, outputs);
        }
    }

    /// <summary>The state was replaced by a snapshot: what lies before it is not applied here any more, so neither mark nor quarantine stands.</summary>
    public void Restored(GroupOutputs outputs)
    {
        Quarantined = Slot.None;
        if (_mark != ApplyMark.None)
        {
            SetMark(ApplyMark.None, outputs);
        }
    }

    private static Slot Unbounded => new(long.MaxValue);

    private void SetMark(ApplyMark mark, GroupOutputs outputs)
    {
        Invariant.Require(mark != _mark && (mark == ApplyMark.None || mark.From > _mark.To), $"{mark} after {_mark}");
        _mark = mark;
        _isDurable = false;
        outputs.Marks.Add(mark);
    }

    private ApplyMark Range(Slot next)
    {
        ApplyMark died = start.Mark;
        if (died.Contains(next))
        {
            bool isSingle = died.From == died.To;
            int size = died.To.Value - died.From.Value + 1 > NarrowRange ? NarrowRange : 1;
            return new ApplyMark(next, Earlier(next + (size - 1), died.To), isSingle ? Math.Min(died.Attempt, MaxAttempts) + 1 : 1);
        }

        Slot last = Earlier(next + (WideRange - 1), recovered);
        return new ApplyMark(next, next < died.From ? Earlier(last, new Slot(died.From.Value - 1)) : last, 1);
    }

    private static Slot Earlier(Slot one, Slot other) => one < other ? one : other;
}
