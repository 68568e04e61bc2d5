namespace Dike.Client;

/// <summary>The earliest time at which <see cref="ClientCore.Tick"/> has something to do, as far as known. It may be too early, never too late.</summary>
internal sealed class Alarm
{
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Something is due at that time.</summary>
    public void Set(TimeSpan at) => Due = at < Due ? at : Due;

    /// <summary>Something is due at that time, unless that has passed and was looked after already.</summary>
    public void SetIfAhead(TimeSpan at, TimeSpan now)
    {
        if (at > now)
        {
            Set(at);
        }
    }

    /// <summary>Forgets everything; whoever calls it sets all that is still due.</summary>
    public void Clear() => Due = TimeSpan.MaxValue;
}
