using Dike.Node.Groups.Snapshots;
using Dike.Paxos;

namespace Dike.Node.Tests.Groups.Snapshots;

public sealed class SnapshotScheduleTests
{
    [Fact]
    public void Passed_MultipleOfTheSlots_IsDueAtTheEndOfThatBatch()
    {
        var schedule = new SnapshotSchedule(10, long.MaxValue);

        Assert.False(schedule.Passed(Batch(1, 9)));
        Assert.True(schedule.Passed(Batch(10, 1)));
        Assert.False(schedule.Passed(Batch(11, 8)));
        Assert.True(schedule.Passed(Batch(19, 5)));
        Assert.False(schedule.Passed(Batch(24, 6)));
    }

    [Fact]
    public void Passed_EnoughBytesSinceTheLast_IsDueAndCountsAnew()
    {
        var schedule = new SnapshotSchedule(int.MaxValue, 100);

        Assert.False(schedule.Passed(Batch(1, 1, 99)));
        Assert.True(schedule.Passed(Batch(2, 1, 1)));
        Assert.Equal(0, schedule.BytesSince);
        Assert.False(schedule.Passed(Batch(3, 1, 60)));
        Assert.True(schedule.Passed(Batch(4, 1, 60)));
    }

    [Fact]
    public void Restore_BehindASnapshot_IsDueWhereOneThatNeverStoppedIs()
    {
        var whole = new SnapshotSchedule(7, 100);
        var restored = new SnapshotSchedule(7, 100);
        for (int slot = 1; slot <= 5; slot++)
        {
            whole.Passed(Batch(slot, 1, 30));
        }

        restored.Restore(whole.BytesSince);
        for (int slot = 6; slot <= 60; slot++)
        {
            Assert.Equal(whole.Passed(Batch(slot, 1, slot)), restored.Passed(Batch(slot, 1, slot)));
        }
    }

    private static EntryBatch Batch(long first, int count, int bytes = 0) => new(new Slot(first), count, EntryKind.Commands, new byte[bytes]);
}
