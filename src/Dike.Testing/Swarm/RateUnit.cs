namespace Dike.Testing.Swarm;

/// <summary>What the <c>Rate</c> of a kind of fault counts.</summary>
internal enum RateUnit
{
    /// <summary>Nothing: it is 0.</summary>
    None = 1,

    /// <summary>A share, from 0 to 1.</summary>
    Share = 2,

    /// <summary>Milliseconds that are added.</summary>
    Milliseconds = 3,

    /// <summary>KiB per second that remain: more is milder.</summary>
    KibibytesPerSecond = 4,

    /// <summary>Seconds of a jump, forwards or backwards.</summary>
    Seconds = 5,

    /// <summary>How many times as fast a clock runs: 1 is right.</summary>
    Factor = 6,
}
