namespace Dike.Testing.Simulation;

/// <summary>A node's two clocks: a monotonic one that may run fast or slow, and a wall clock that may also jump. Both are functions of virtual time.</summary>
internal sealed class NodeClock(VirtualTime time)
{
    private static readonly long Epoch = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private long _sinceUs;
    private double _monotonicUs;
    private double _rate = 1;

    /// <summary>How far the wall clock is off, in ticks.</summary>
    public long OffsetTicks { get; set; }

    /// <summary>How many of its own microseconds pass per virtual one.</summary>
    public double Rate
    {
        get => _rate;
        set
        {
            _monotonicUs = MonotonicUs;
            _sinceUs = time.Now;
            _rate = value;
        }
    }

    public long MonotonicMs => (long)(MonotonicUs / 1_000);

    public long UtcTicks => Epoch + OffsetTicks + (long)(MonotonicUs * 10);

    /// <summary>
    /// Both clocks run as they should from now on, and the wall clock shows the right time again, as an operator would set it: what drift has summed up does not go away by
    /// itself, and nodes whose clocks are further apart than a second may not lead, for good.
    /// </summary>
    public void SetRight()
    {
        Rate = 1;
        OffsetTicks = (long)((time.Now - MonotonicUs) * 10);
    }

    /// <summary>How many virtual microseconds pass while the clock shows so many milliseconds.</summary>
    public long ToVirtualUs(long ms) => (long)(ms * 1_000 / _rate);

    private double MonotonicUs => _monotonicUs + ((time.Now - _sinceUs) * _rate);
}
