using Dike.Wire;

namespace Dike.Client;

/// <summary>
/// The session from which new commands get their ids. Always holds: a session starts at a node's time, and once retired gives out no more ids; commands
/// that have one keep it. Owned by <see cref="CallFlow"/>.
/// </summary>
internal sealed class SessionSource(Func<ulong> random)
{
    private (long NodeTicks, TimeSpan At)? _nodeClock;
    private Session? _current;

    public void OnWelcome(Welcome welcome, TimeSpan now) => _nodeClock = (welcome.Time, now);

    /// <summary>
    /// A group has refused a session and says from when on it takes new ones. That counts more than a node's clock: the node that greeted may have had a wrong one.
    /// </summary>
    public void OnRefused(long groupTicks, TimeSpan now)
    {
        if (groupTicks > 0 && groupTicks < DateTime.MaxValue.Ticks)
        {
            _nodeClock = (groupTicks, now);
        }
    }

    /// <summary>The current session, opened if there is none. A node must have greeted before.</summary>
    public Session Current(TimeSpan now)
    {
        WireFormat.Require(_nodeClock is not null);
        return _current ??= Open(now);
    }

    /// <summary>Lets the next command start a new session: this one has expired, or has a command whose outcome its caller may still ask for.</summary>
    public void Retire(Session session)
    {
        if (_current == session)
        {
            _current = null;
        }
    }

    // The start is a node's clock, carried on by ours: groups judge the age of a session against log time, so our own wall clock must not matter.
    private Session Open(TimeSpan now)
    {
        (long nodeTicks, TimeSpan at) = _nodeClock!.Value;
        return new Session(nodeTicks + (now - at).Ticks, random());
    }
}
