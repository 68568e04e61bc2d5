namespace Dike.Paxos;

/// <summary>What a leader that was in doubt has found out about itself.</summary>
internal enum LeaderOutlook
{
    /// <summary>Nothing that changes anything, or nothing yet.</summary>
    Leads = 0,

    /// <summary>A higher ballot was promised in which nobody leads: it must prepare again above it.</summary>
    MustStandAgain = 1,

    /// <summary>Somebody leads in a higher ballot.</summary>
    IsReplaced = 2,
}
