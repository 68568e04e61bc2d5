using Dike.Node.Groups;
using Dike.Node.Liveness;

namespace Dike.Node.Tests.Liveness;

/// <summary>The time of the cluster from readings of several clocks, one of which may be mad; times in milliseconds since an arbitrary start.</summary>
public sealed class ClusterClockTests
{
    private const long Second = 1000;
    private const long Year = 365L * 86_400 * Second;
    private readonly ClusterClock _clock = new(pauseMs: 500, quorum: 2);

    [Theory]
    [InlineData(0, new long[] { 0, 0 }, 0)]
    [InlineData(0, new long[] { Year, 5 }, 5)]
    [InlineData(0, new long[] { -Year, 5 }, 0)]
    [InlineData(Year, new long[] { 3, 5 }, 5)]
    [InlineData(-Year, new long[] { 3, 5 }, 3)]
    [InlineData(0, new long[] { 10, 20, 30 }, 10)]
    [InlineData(0, new long[] { 10, 20, Year }, 10)]
    [InlineData(1, new long[] { -Year, 2, 3, 4 }, 2)]
    public void Ticks_ThreeReadingsOrMore_LowerMedian(long own, long[] others, long expected) => Assert.Equal(expected, Ticks(own, 0, others));

    [Theory]
    [InlineData(900, 900)]
    [InlineData(1000, 1000)]
    [InlineData(1001, 0)]
    [InlineData(Year, 0)]
    [InlineData(-Year, 0)]
    [InlineData(-1000, -1000)]
    public void Ticks_TwoReadings_OwnClockCountsOnlyWithinASecondOfWhatWasAgreed(long own, long expected)
    {
        Advance(0, 0);

        Assert.Equal(expected + 200, Ticks(own + 200, 200, 7777));
    }

    [Fact]
    public void Ticks_BeforeTheFirstTick_OwnClock() => Assert.Equal(5, Ticks(5, 100));

    /// <summary>With the others gone the time goes on from the last median, not from a clock that was outvoted.</summary>
    [Fact]
    public void Ticks_OthersGone_GoesOnFromTheLastMedian()
    {
        Advance(Year, 0, 0, 0);
        Advance(Year + 50, 50);

        Assert.Equal(70, Ticks(Year + 70, 70));
    }

    /// <summary>However often a clock steps by less than a second, alone it pulls the time by no more than a tenth of what has passed, and is then not believed.</summary>
    [Fact]
    public void Advance_AloneAndTenTimesTooFast_TimeRunsAtMostATenthFaster()
    {
        long ms = 0;
        for (; ms <= 60 * Second; ms += 50)
        {
            Advance(10 * ms, ms);
        }

        Assert.InRange(Ticks(10 * ms, ms), ms, ms + ms / 10 + Second);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void Advance_AloneAndDrifting_FollowsTheOwnClock(int driftPartsPerMillion)
    {
        long utc = 0;
        for (long ms = 0; ms <= 86_400 * Second; ms += 500)
        {
            utc = ms + ms * driftPartsPerMillion / 1_000_000;
            Advance(utc, ms);
        }

        Assert.Equal(utc, Ticks(utc, 86_400 * Second));
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    [InlineData(-1000, false)]
    [InlineData(-1001, true)]
    public void IsOff_AgainstTwoThatAgree_BeyondASecond(long own, bool isOff)
    {
        Advance(own, 0, 0, 0);

        Assert.Equal(isOff, _clock.IsOff);
    }

    /// <summary>Of two nobody can say which one is wrong: neither gives up leading.</summary>
    [Fact]
    public void IsOff_TwoReadings_False()
    {
        Advance(Year, 0, 0, 0);
        Advance(Year, 50, 0);

        Assert.False(_clock.IsOff);
    }

    /// <summary>Three of seven are no quorum of them.</summary>
    [Fact]
    public void IsOff_FewerReadingsThanAQuorum_False()
    {
        var clock = new ClusterClock(pauseMs: 500, quorum: 4);

        clock.Advance(At(Year, 0), Readings(Year, 0, 0));
        Assert.False(clock.IsOff);
        clock.Advance(At(Year, 50), Readings(Year, 0, 0, 0));
        Assert.True(clock.IsOff);
    }

    [Theory]
    [InlineData(50, 50, false)]
    [InlineData(150, 50, false)]
    [InlineData(151, 50, true)]
    [InlineData(-50, 50, false)]
    [InlineData(-51, 50, true)]
    [InlineData(500, 500, false)]
    [InlineData(501, 501, true)]
    public void HasJumped_SinceTheLastTick_BeyondATenthOfASecondOrAfterAPause(long utc, long ms, bool expected)
    {
        Advance(0, 0);

        Assert.Equal(expected, _clock.HasJumped(At(utc, ms)));
        Assert.False(_clock.HasJumped(At(utc, ms)));
    }

    /// <summary>Many small steps between two ticks add up: only a tick takes the clocks as agreed.</summary>
    [Fact]
    public void HasJumped_SmallStepsBetweenTicks_AddUp()
    {
        Advance(0, 0);

        Assert.False(_clock.HasJumped(At(60, 1)));
        Assert.True(_clock.HasJumped(At(120, 2)));
    }

    [Fact]
    public void HasJumped_FirstObservation_False() => Assert.False(_clock.HasJumped(At(Year, 5)));

    private static Moment At(long utcMs, long ms) => new(DateTime.UnixEpoch.Ticks + utcMs * TimeSpan.TicksPerMillisecond, ms, 1);

    private static long[] Readings(params long[] ms) => [.. ms.Select(reading => At(reading, 0).UtcTicks)];

    private void Advance(long own, long ms, params long[] others) => _clock.Advance(At(own, ms), Readings([own, .. others]));

    private long Ticks(long own, long ms, params long[] others) =>
        (_clock.Ticks(At(own, ms).UtcTicks, ms, Readings([own, .. others])) - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
