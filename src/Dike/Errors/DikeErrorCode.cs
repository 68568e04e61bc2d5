namespace Dike;

/// <summary>Dike's own error codes; stable numbers.</summary>
public enum DikeErrorCode
{
    /// <summary>A quorum or the whole cluster cannot be reached.</summary>
    Unavailable = 1,

    /// <summary>The deadline passed.</summary>
    Timeout = 2,

    /// <summary>A limit on work in flight was reached.</summary>
    Overloaded = 3,

    /// <summary>The handler refused the command.</summary>
    CommandRejected = 4,

    /// <summary>The handler threw.</summary>
    CommandFailed = 5,

    /// <summary>The delegate that computes the reply threw, or its node is gone.</summary>
    ReplyFailed = 6,

    /// <summary>Caller and node disagree about the machine.</summary>
    ContractMismatch = 7,

    /// <summary>The session of the command is no longer kept.</summary>
    SessionExpired = 8,

    /// <summary>The caller may not do that.</summary>
    AccessDenied = 9,

    /// <summary>The caller stopped waiting.</summary>
    Canceled = 10,

    /// <summary>The configuration is wrong.</summary>
    Configuration = 11,

    /// <summary>The data directory cannot be used.</summary>
    Storage = 12,

    /// <summary>A ring, partition or node of that name does not exist.</summary>
    NotFound = 13,
}
