using Dike.Node.Liveness;
using Dike.Paxos;

namespace Dike.Node.Tests.Liveness;

/// <summary>When a node does not work, with an election timeout of 500 ms.</summary>
public sealed class WorkWatchTests
{
    private readonly WorkWatch _watch = new(500);

    [Theory]
    [InlineData(null, false)]
    [InlineData(1000L, false)]
    [InlineData(500L, false)]
    [InlineData(499L, true)]
    public void Tick_AppendWaits_StuckBeyondTheElectionTimeout(long? appendedMs, bool isStuck)
    {
        _watch.Tick(1000, appendedMs);

        Assert.Equal((isStuck, isStuck), (_watch.IsStuck, _watch.IsStalled));
    }

    [Fact]
    public void Tick_SyncCameLate_StalledForOneMoreElectionTimeout()
    {
        _watch.Tick(1000, 100);

        _watch.Tick(1050, null);
        Assert.Equal((false, true), (_watch.IsStuck, _watch.IsStalled));
        _watch.Tick(1500, null);
        Assert.True(_watch.IsStalled);
        _watch.Tick(1501, null);
        Assert.False(_watch.IsStalled);
    }

    [Theory]
    [InlineData(500, 0)]
    [InlineData(501, 501)]
    [InlineData(9000, 9000)]
    public void Tick_NoTickForLong_StalledAndTheTimeMissed(long passedMs, long missedMs)
    {
        _watch.Tick(1000, null);

        Assert.Equal(missedMs, _watch.Tick(1000 + passedMs, null));
        Assert.Equal((false, missedMs > 0), (_watch.IsStuck, _watch.IsStalled));
    }

    [Fact]
    public void Tick_First_NothingMissed()
    {
        Assert.Equal(0, _watch.Tick(1_000_000, null));
        Assert.False(_watch.IsStalled);
    }

    [Fact]
    public void Tick_ClockGoesBack_Refused()
    {
        _watch.Tick(1000, null);

        Assert.Contains("1000", Assert.Throws<InvariantViolatedException>(() => _watch.Tick(999, null)).Message, StringComparison.Ordinal);
    }
}
