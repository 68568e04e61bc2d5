using Dike.Paxos;

namespace Dike.Testing.Simulation;

/// <summary>
/// The only clock and the only scheduler of a run: events at virtual microseconds, handled one by one in the order of their time and, at equal times, of their scheduling.
/// Nothing else decides what happens next, so equal plans give equal runs.
/// </summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private long _lastNumber;

    /// <summary>Virtual microseconds since the start of the run.</summary>
    public long Now { get; private set; }

    /// <summary>How many events were handled.</summary>
    public long Handled { get; private set; }

    /// <summary>Schedules an event.</summary>
    public void At(long atUs, Action happen)
    {
        Invariant.Require(atUs >= Now, $"an event at {atUs}, it is {Now}");
        _events.Enqueue(happen, (atUs, ++_lastNumber));
    }

    /// <summary>Schedules an event some microseconds from now.</summary>
    public void In(long us, Action happen) => At(Now + Math.Max(0, us), happen);

    /// <summary>Handles events until <paramref name="isOver"/>, or until the clock stands at <paramref name="untilUs"/>.</summary>
    /// <returns>Whether it was over before the time was.</returns>
    public bool Run(long untilUs, Func<bool> isOver)
    {
        while (!isOver())
        {
            if (!_events.TryPeek(out _, out (long At, long Number) next) || next.At > untilUs)
            {
                Now = Math.Max(Now, untilUs);
                return false;
            }

            Action happen = _events.Dequeue();
            Now = next.At;
            Handled++;
            happen();
        }

        return true;
    }
}
