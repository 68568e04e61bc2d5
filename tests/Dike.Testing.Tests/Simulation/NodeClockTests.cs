using Dike.Testing.Simulation;

namespace Dike.Testing.Tests.Simulation;

/// <summary>The clocks of a node under faults, and that nothing of those is left once they are set right.</summary>
public sealed class NodeClockTests
{
    [Fact]
    public void SetRight_AfterDriftAndJump_ShowsWhatAClockWithoutFaultsShows()
    {
        var time = new VirtualTime();
        var faulty = new NodeClock(time);
        var right = new NodeClock(time);
        faulty.Rate = 1.5;
        faulty.OffsetTicks = 3 * TimeSpan.TicksPerSecond;
        Pass(time, 10_000_000);
        long before = faulty.MonotonicMs;

        faulty.SetRight();

        Assert.Equal(right.UtcTicks, faulty.UtcTicks);
        Assert.Equal(before, faulty.MonotonicMs);
        Pass(time, 1_000_000);
        Assert.Equal(right.UtcTicks, faulty.UtcTicks);
        Assert.Equal(before + 1_000, faulty.MonotonicMs);
    }

    [Fact]
    public void Rate_BackToOne_WallClockStaysOff()
    {
        var time = new VirtualTime();
        var clock = new NodeClock(time);
        var right = new NodeClock(time);
        clock.Rate = 2;
        Pass(time, 3_000_000);

        clock.Rate = 1;

        Assert.Equal(3 * TimeSpan.TicksPerSecond, clock.UtcTicks - right.UtcTicks);
    }

    private static void Pass(VirtualTime time, long us)
    {
        bool isOver = false;
        time.In(us, () => isOver = true);
        Assert.True(time.Run(time.Now + us + 1, () => isOver));
    }
}
