namespace Dike;

/// <summary>What became of a command whose call ended with an error.</summary>
public enum Outcome
{
    /// <summary>Not known: it may have been applied, or be applied later. A retry under the same command id is safe.</summary>
    Unknown = 0,

    /// <summary>It was not applied and never will be.</summary>
    NotApplied = 1,

    /// <summary>It was decided and refused: the state is unchanged.</summary>
    Refused = 2,

    /// <summary>It was applied; only the answer is lost.</summary>
    Applied = 3,
}
