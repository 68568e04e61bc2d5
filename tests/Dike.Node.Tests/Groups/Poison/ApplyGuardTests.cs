using Dike.Node.Groups;
using Dike.Node.Groups.Poison;
using Dike.Paxos;

namespace Dike.Node.Tests.Groups.Poison;

/// <summary>The search for the slot that kills the process: wide, narrow, single, single again, quarantine.</summary>
public sealed class ApplyGuardTests
{
    private static readonly Slot Recovered = new(3_000);
    private readonly GroupOutputs _outputs = new();
    private readonly SkippedSlots _skipped = new();

    [Fact]
    public void Limit_CleanStart_HasNoMarks()
    {
        var guard = new ApplyGuard(GroupStart.Clean, Recovered);

        Assert.True(guard.Limit(Slot.First, _skipped, _outputs) > Recovered);
        Assert.Empty(_outputs.Marks);
    }

    [Fact]
    public void Limit_UncleanStart_MarksWideRangesAndClearsTheLast()
    {
        Assert.Equal(
            [new ApplyMark(new(1), new(1_024), 1), new ApplyMark(new(1_025), new(2_048), 1), new ApplyMark(new(2_049), new(3_000), 1), ApplyMark.None],
            MarksOf(new GroupStart(true, ApplyMark.None)));
    }

    [Fact]
    public void Limit_BeforeTheMarkIsDurable_AllowsNothing()
    {
        var guard = new ApplyGuard(new GroupStart(true, ApplyMark.None), Recovered);

        Assert.Equal(Slot.None, guard.Limit(Slot.First, _skipped, _outputs));
        Assert.Equal(Slot.None, guard.Limit(Slot.First, _skipped, _outputs));
        Assert.Single(_outputs.Marks);
        guard.MarkDurable(_outputs.Marks[^1]);
        Assert.Equal(new Slot(1_024), guard.Limit(Slot.First, _skipped, _outputs));
    }

    [Fact]
    public void MarkDurable_AnotherThanTheLast_AllowsNothing()
    {
        var guard = new ApplyGuard(new GroupStart(true, ApplyMark.None), Recovered);
        guard.Limit(Slot.First, _skipped, _outputs);
        guard.MarkDurable(new ApplyMark(Slot.First, new Slot(5), 1));

        Assert.Equal(Slot.None, guard.Limit(Slot.First, _skipped, _outputs));
        Assert.Throws<InvariantViolatedException>(() => guard.MarkDurable(ApplyMark.None));
    }

    [Fact]
    public void Rest_EverythingDecidedIsApplied_TakesTheMarkBackAndMarksAnewLater()
    {
        var guard = new ApplyGuard(new GroupStart(true, ApplyMark.None), Recovered);
        guard.Limit(Slot.First, _skipped, _outputs);
        guard.MarkDurable(_outputs.Marks[^1]);
        guard.Rest(_outputs);
        guard.Rest(_outputs);

        Assert.Equal(2, _outputs.Marks.Count);
        Assert.Equal(ApplyMark.None, _outputs.Marks[^1]);
        Assert.Equal(Slot.None, guard.Limit(new Slot(500), _skipped, _outputs));
        Assert.Equal(new ApplyMark(new(500), new(1_523), 1), _outputs.Marks[^1]);
    }

    [Fact]
    public void Limit_DiedInAWideRange_IsNarrowThereAndWideElsewhere()
    {
        List<ApplyMark> marks = MarksOf(new GroupStart(true, new ApplyMark(new(1_025), new(2_048), 1)));

        Assert.Equal(new ApplyMark(new(1), new(1_024), 1), marks[0]);
        Assert.All(marks[1..33], mark => Assert.Equal(ApplyGuard.NarrowRange, mark.To.Value - mark.From.Value + 1));
        Assert.Equal(new ApplyMark(new(2_049), new(3_000), 1), marks[33]);
    }

    [Fact]
    public void Limit_DiedInANarrowRange_TriesEverySlotAlone()
    {
        List<ApplyMark> marks = MarksOf(new GroupStart(true, new ApplyMark(new(33), new(64), 1)));

        Assert.Equal(new ApplyMark(new(1), new(32), 1), marks[0]);
        Assert.Equal(Enumerable.Range(33, 32).Select(slot => new ApplyMark(new(slot), new(slot), 1)), marks[1..33]);
    }

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(2, 3, true)]
    [InlineData(3, 3, true)]
    public void Limit_DiedAtASingleSlot_TriesOnceMoreThenQuarantines(int attempt, int next, bool isQuarantined)
    {
        var guard = new ApplyGuard(new GroupStart(true, new ApplyMark(new(7), new(7), attempt)), Recovered);
        guard.Limit(Slot.First, _skipped, _outputs);
        guard.MarkDurable(_outputs.Marks[^1]);
        guard.Limit(new Slot(7), _skipped, _outputs);
        guard.MarkDurable(_outputs.Marks[^1]);

        Assert.Equal(new ApplyMark(new(7), new(7), next), _outputs.Marks[^1]);
        Assert.Equal(isQuarantined ? new Slot(7) : Slot.None, guard.Quarantined);
        Assert.Equal(isQuarantined ? Slot.None : new Slot(7), guard.Limit(new Slot(7), _skipped, _outputs));
    }

    [Fact]
    public void Limit_StoppedCleanlyWhileQuarantined_IsQuarantinedAgain()
    {
        var guard = new ApplyGuard(new GroupStart(false, new ApplyMark(new(1), new(1), 3)), Recovered);
        guard.Limit(Slot.First, _skipped, _outputs);

        Assert.Equal(Slot.First, guard.Quarantined);
    }

    [Fact]
    public void Limit_StoppedCleanlyUnderAMark_ForgetsIt()
    {
        var guard = new ApplyGuard(new GroupStart(false, new ApplyMark(new(1), new(1), 2)), Recovered);

        Assert.True(guard.Limit(Slot.First, _skipped, _outputs) > Recovered);
    }

    [Fact]
    public void Limit_QuarantinedSlotIsSkipped_GoesOnBehindIt()
    {
        var guard = new ApplyGuard(new GroupStart(true, new ApplyMark(new(1), new(1), 2)), Recovered);
        guard.Limit(Slot.First, _skipped, _outputs);
        _skipped.Learn(Slot.First, new Slot(50), Slot.None);

        Assert.Equal(Slot.First, guard.Limit(Slot.First, _skipped, _outputs));
        Assert.Equal(Slot.None, guard.Quarantined);
        guard.Limit(new Slot(2), _skipped, _outputs);
        Assert.Equal(new ApplyMark(new(2), new(1_025), 1), _outputs.Marks[^1]);
    }

    /// <summary>All marks of a start that survives.</summary>
    private List<ApplyMark> MarksOf(GroupStart start)
    {
        var guard = new ApplyGuard(start, Recovered);
        for (Slot next = Slot.First; next <= Recovered + 1; next += 1)
        {
            if (guard.Limit(next, _skipped, _outputs) == Slot.None)
            {
                guard.MarkDurable(_outputs.Marks[^1]);
                Assert.True(guard.Limit(next, _skipped, _outputs) >= next);
            }
        }

        return _outputs.Marks;
    }
}
