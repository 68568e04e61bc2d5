namespace Dike.Testing.Checkers;

/// <summary>What a client asked for.</summary>
internal enum OperationKind
{
    Command = 1,
    LinearizableQuery = 2,
    BoundedQuery = 3,
    LocalQuery = 4,
}

/// <summary>What the client learned about the end of an operation.</summary>
internal enum OperationEnd
{
    /// <summary>It never heard anything: the run ended first.</summary>
    Open = 0,

    /// <summary>Done, with a value.</summary>
    Done = 1,

    /// <summary>The handler rejected it: decided, state unchanged.</summary>
    Rejected = 2,

    /// <summary>The handler threw: decided, state unchanged.</summary>
    Failed = 3,

    /// <summary>It never was and never will be applied.</summary>
    NotApplied = 4,

    /// <summary>Whether it was applied is not known.</summary>
    Unknown = 5,

    /// <summary>It was applied, its value is lost.</summary>
    Applied = 6,
}

/// <summary>One call of one client, from outside. Times are virtual, in microseconds since the start of the run.</summary>
/// <param name="Number">Its number in the run, from 1.</param>
/// <param name="Client">The client.</param>
/// <param name="Kind">What was asked for.</param>
/// <param name="Key">The key.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Argument">Its argument, or 0.</param>
/// <param name="CommandId">The command's id; null for queries.</param>
/// <param name="CalledAt">When it was called.</param>
/// <param name="ReturnedAt">When its end was learned; <see cref="long.MaxValue"/> if it was not.</param>
/// <param name="End">The end.</param>
/// <param name="Value">The value of one that is done, else 0.</param>
/// <param name="Slot">The slot its answer names, or 0.</param>
/// <param name="MaxStaleness">For a bounded query, how old its answer may be, in microseconds.</param>
internal sealed record Operation(
    long Number, int Client, OperationKind Kind, string Key, string Method, long Argument, CommandId? CommandId, long CalledAt, long ReturnedAt, OperationEnd End, long Value, long Slot, long MaxStaleness);

/// <summary>One command of the decided log of a group, as any replica holds it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Slot">The slot.</param>
/// <param name="CommandId">The command.</param>
/// <param name="Key">Its key.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Argument">Its argument, or 0.</param>
/// <param name="DecidedAt">When the first replica learned that it is decided, in virtual microseconds.</param>
/// <param name="LogTime">The log time of its batch, in ticks; 0 if sessions do not expire in this run.</param>
/// <param name="SessionExpiry">The session expiry of its batch, in ticks of log time; 0 if sessions do not expire in this run.</param>
/// <param name="AnsweredUpTo">The last sequence of its session whose answer had arrived, as the entry says.</param>
internal sealed record WitnessEntry(
    int Group,
    long Slot,
    CommandId CommandId,
    string Key,
    string Method,
    long Argument,
    long DecidedAt,
    long LogTime = 0,
    long SessionExpiry = 0,
    ulong AnsweredUpTo = 0);
