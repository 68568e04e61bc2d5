using Dike.Wire;

namespace Dike.Node.Groups;

/// <summary>What an entry of a batch is for. Ordinals of the log format: never reused; a removed one stays as <c>Retired…</c>.</summary>
internal enum LogEntryKind : byte
{
    /// <summary>A command of the application.</summary>
    Command = 1,

    /// <summary>Every replica hashes its state at this slot.</summary>
    StateCheck = 2,

    /// <summary>The machine version under which the following slots are applied.</summary>
    RaiseVersion = 3,

    /// <summary>An earlier slot counts as rejected, on every replica: its command cannot be applied.</summary>
    SkipSlot = 4,
}

/// <summary>What one slot says. The fields behind <paramref name="CheckId"/> belong to <see cref="LogEntryKind.Command"/>.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="CheckId">The number of a <see cref="LogEntryKind.StateCheck"/>.</param>
/// <param name="CommandId">Session and sequence.</param>
/// <param name="AnsweredUpTo">All sequences of the session up to it have been answered to the caller.</param>
/// <param name="Holder">The process that holds the caller's request.</param>
/// <param name="Method">The tag of the method.</param>
/// <param name="Key">The key.</param>
/// <param name="Arguments">The serialized arguments; a slice of the batch's payload.</param>
internal readonly record struct LogEntry(
    LogEntryKind Kind,
    ulong CheckId,
    CommandId CommandId,
    ulong AnsweredUpTo,
    Holder Holder,
    uint Method,
    string Key,
    ReadOnlyMemory<byte> Arguments)
{
    /// <summary>The active version that a <see cref="LogEntryKind.RaiseVersion"/> expects, 0 for none; with another one it changes nothing.</summary>
    public int VersionBefore { get; init; }

    /// <summary>The version that a <see cref="LogEntryKind.RaiseVersion"/> makes the active one.</summary>
    public int Version { get; init; }

    /// <summary>The slot of a <see cref="LogEntryKind.SkipSlot"/>.</summary>
    public long SkippedSlot { get; init; }

    public static LogEntry RaiseVersion(int before, int version) =>
        new(LogEntryKind.RaiseVersion, 0, default, 0, default, 0, "", default) { VersionBefore = before, Version = version };

    public static LogEntry Skip(long slot) => new(LogEntryKind.SkipSlot, 0, default, 0, default, 0, "", default) { SkippedSlot = slot };

    public static LogEntry StateCheck(ulong checkId) => new(LogEntryKind.StateCheck, checkId, default, 0, default, 0, "", default);

    public static LogEntry Command(Call call, Holder holder) =>
        new(LogEntryKind.Command, 0, call.CommandId, call.AnsweredUpTo, holder, call.Method, call.Key, call.Arguments);
}

/// <summary>What all entries of a batch share.</summary>
/// <param name="MachineVersion">The active version as the proposer knew it. What counts is the version that the log made active; this one only where it made none.</param>
/// <param name="LogTime">The proposer's log time, in ticks of UTC.</param>
/// <param name="Seed">The seed of the random numbers of its commands.</param>
/// <param name="SessionExpiry">How long a session without commands is kept, in ticks of log time.</param>
internal readonly record struct BatchHeader(int MachineVersion, long LogTime, ulong Seed, long SessionExpiry);

/// <summary>A decoded payload.</summary>
/// <param name="Header">What all entries share.</param>
/// <param name="Entries">One per slot.</param>
internal readonly record struct LogBatch(BatchHeader Header, LogEntry[] Entries);
