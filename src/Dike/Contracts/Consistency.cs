namespace Dike;

/// <summary>What a query may be answered from.</summary>
public enum Consistency
{
    /// <summary>The answer reflects every command acknowledged before the query was sent.</summary>
    Linearizable = 0,

    /// <summary>The answer may come from a replica that lags behind.</summary>
    Stale = 1,
}
