using Dike.Paxos;
using Dike.Testing.Simulation;

namespace Dike.Testing.Tests.Simulation;

/// <summary>The one clock of a run and the clocks of nodes that derive from it.</summary>
public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();
    private readonly List<(string Name, long At)> _happened = [];

    [Fact]
    public void Run_Events_InOrderOfTimeThenOfScheduling()
    {
        At(20, "late");
        At(10, "first");
        At(10, "second");

        Assert.False(_time.Run(100, () => false));

        Assert.Equal([("first", 10), ("second", 10), ("late", 20)], _happened);
        Assert.Equal((100L, 3L), (_time.Now, _time.Handled));
    }

    [Fact]
    public void Run_UntilATime_LaterEventsWait()
    {
        At(10, "first");
        At(20, "late");

        _time.Run(15, () => false);
        Assert.Equal([("first", 10)], _happened);

        _time.Run(20, () => false);
        Assert.Equal(("late", 20), _happened[^1]);
    }

    [Fact]
    public void Run_IsOver_StopsAtOnce()
    {
        At(10, "first");
        At(10, "second");

        Assert.True(_time.Run(100, () => _happened.Count == 1));

        Assert.Single(_happened);
        Assert.Equal(10, _time.Now);
    }

    [Fact]
    public void At_InThePast_Throws()
    {
        _time.Run(50, () => false);

        Assert.Throws<InvariantViolatedException>(() => At(49, "never"));
    }

    [Fact]
    public void NodeClock_RateChanges_GoesOnFromWhereItWas()
    {
        var clock = new NodeClock(_time);
        _time.Run(1_000_000, () => false);
        Assert.Equal(1_000, clock.MonotonicMs);

        clock.Rate = 0.5;
        Assert.Equal(1_000, clock.MonotonicMs);
        _time.Run(2_000_000, () => false);

        Assert.Equal(1_500, clock.MonotonicMs);
        Assert.Equal(200_000, clock.ToVirtualUs(100));
    }

    [Fact]
    public void NodeClock_WallClockJumps_MonotonicDoesNot()
    {
        var clock = new NodeClock(_time);
        long before = clock.UtcTicks;

        clock.OffsetTicks = -TimeSpan.TicksPerHour;

        Assert.Equal(-TimeSpan.TicksPerHour, clock.UtcTicks - before);
        Assert.Equal(0, clock.MonotonicMs);
    }

    private void At(long at, string name) => _time.At(at, () => _happened.Add((name, _time.Now)));
}
