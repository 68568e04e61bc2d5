namespace Dike.Planted;

/// <summary>What a bug breaks.</summary>
internal enum Breakage
{
    /// <summary>Something wrong may happen.</summary>
    Safety,

    /// <summary>Something right may not happen.</summary>
    Liveness,
}
