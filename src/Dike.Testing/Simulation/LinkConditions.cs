namespace Dike.Testing.Simulation;

/// <summary>How one direction between two nodes behaves at the moment. All zero: as a good network.</summary>
internal sealed class LinkConditions
{
    /// <summary>How many faults block it: nothing passes.</summary>
    public int Blocks { get; set; }

    public double Loss { get; set; }

    /// <summary>The mean of an exponential extra delay, in milliseconds.</summary>
    public double DelayMs { get; set; }

    public double Reorder { get; set; }

    public double Duplicate { get; set; }

    public double Replay { get; set; }

    /// <summary>In KiB per second; 0 if there is no limit.</summary>
    public double Bandwidth { get; set; }

    /// <summary>Until when everything is held back, in virtual microseconds.</summary>
    public long CloggedUntil { get; set; }

    /// <summary>When the last frame arrives or has arrived: the next comes after it.</summary>
    public long LastArrival { get; set; }

    /// <summary>When the line is free again, where bandwidth is limited.</summary>
    public long BusyUntil { get; set; }

    /// <summary>Everything as on a good network again.</summary>
    public void Heal()
    {
        Blocks = 0;
        (Loss, DelayMs, Reorder, Duplicate, Replay, Bandwidth) = (0, 0, 0, 0, 0, 0);
        CloggedUntil = 0;
        BusyUntil = 0;
    }
}
