using System.Diagnostics;
using Dike.Node.Shards;

namespace Dike.Node.Tests.Shards;

public sealed class MonotonicClockTests
{
    /// <summary>Spins for as long as another clock says: the two must agree on how long that was.</summary>
    [Fact]
    public void NowMs_AsTimePasses_GoesOnAsFastAsTheStopwatch()
    {
        long start = MonotonicClock.NowMs();
        var watch = Stopwatch.StartNew();
        long last = start;
        while (watch.ElapsedMilliseconds < 30)
        {
            long now = MonotonicClock.NowMs();
            Assert.True(now >= last, $"went from {last} to {now}");
            last = now;
        }

        Assert.True(MonotonicClock.NowMs() - start >= 29);
    }
}
